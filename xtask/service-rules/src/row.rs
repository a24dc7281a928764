//! The form of a row.

use std::fmt;

/// One rule of one resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Unique in the table; code, tests and reports name a row by it.
    pub id: &'static str,
    /// The type that the rule is about.
    pub resource_type: &'static str,
    /// What is refused, or late.
    pub rule: Rule,
    /// What the service says then, as far as it is public. `{id}` stands for the resource.
    pub says: Option<&'static str>,
    /// The pages and threads that say so. At least one.
    pub sources: &'static [Source],
}

/// What is refused, or late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing is known that would keep it from being deleted.
    NothingBlocks,
    /// It can't be deleted as long as this holds.
    BlocksDeletion(Block),
    /// Only one of its type, in an account and region, has these values together. A dotted path leads
    /// into an object; the last path is what a person would call the name.
    UniqueBy(&'static [&'static str]),
    /// In a list of objects, this entry is different in each, once a prefix is left out.
    UniqueAmong {
        /// The property that is the list.
        list: &'static str,
        /// The entry of its objects.
        entry: &'static str,
        /// What doesn't count at the beginning of a value.
        prefix: &'static str,
    },
    /// What this property names takes one of its type only, so that a replacement, which is created
    /// before the old one is deleted, can't be created.
    AttachedOnce(&'static str),
    /// It can't be created before this is there.
    MustExistFirst(&'static str),
    /// It is not seen, or not gone, at once.
    SeenOnlyAfter(Lag),
}

/// What keeps a resource from being deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// An attribute in a list of keys and values.
    Attribute {
        /// The property that is the list.
        list: &'static str,
        key: &'static str,
        value: &'static str,
    },
    /// Another resource that names it.
    UsedBy {
        resource_type: &'static str,
        /// The property in which it is named, at any depth.
        property: &'static str,
    },
    /// Something in it that no template knows of.
    Holds {
        /// What: `objects`.
        what: &'static str,
        /// The property that deletes it along, where it is `true`.
        unless: Option<&'static str>,
    },
    /// The deletion of another resource that used it, for a while.
    AfterDeletionOf {
        resource_type: &'static str,
        /// The property in which it is named, at any depth.
        property: &'static str,
        /// For how long, at most.
        minutes: u64,
    },
    /// A lifecycle hook that another resource puts on it and that only that resource completes:
    /// without it, the deletion waits until the hook's time is over.
    WaitsForHook {
        hook: &'static str,
        /// The type that puts it there.
        resource_type: &'static str,
        /// The property, as a dotted path, that names the resource with the hook.
        property: &'static str,
        /// The property that says that there is a hook.
        setting: &'static str,
        value: &'static str,
        /// How long the hook waits.
        minutes: u64,
    },
    InWords(&'static str),
}

/// What is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// A service makes it again after another resource was deleted.
    MadeAgain {
        resource_type: &'static str,
        /// The name that it is made with; `{id}` stands for the other resource.
        name: &'static str,
        /// After how long.
        minutes: u64,
    },
    InWords(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A page, by its address.
    Page(&'static str),
    /// A public thread: `owner/repository#1`.
    Thread(&'static str),
    /// Public code: repository and file.
    Code(&'static str),
    /// The type's schema in CloudFormation's registry.
    Schema,
    /// Engineering knowledge without a proof: what to look at first in an account.
    Unproved,
}

/// A [`Rule`] without its details, for counting and for tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    BlocksDeletion,
    UniqueBy,
    AttachedOnce,
    MustExistFirst,
    SeenOnlyAfter,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::BlocksDeletion => "blocks deletion",
            Self::UniqueBy => "unique by",
            Self::AttachedOnce => "attached once",
            Self::MustExistFirst => "must exist first",
            Self::SeenOnlyAfter => "seen only after",
        })
    }
}

/// As Markdown.
impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(address) => {
                let name = address.trim_end_matches('/').rsplit('/').next();
                let name = name.unwrap_or(address).trim_end_matches(".html");
                write!(formatter, "[{name}]({address})")
            }
            Self::Thread(thread) => {
                let (repository, number) = thread.split_once('#').unwrap_or((thread, ""));
                let address = format!("https://github.com/{repository}/issues/{number}");
                write!(formatter, "[{thread}]({address})")
            }
            Self::Code(place) => formatter.write_str(place),
            Self::Schema => formatter.write_str("schema"),
            Self::Unproved => formatter.write_str("**unproved**"),
        }
    }
}

impl Row {
    /// The property that tells resources apart which the rule takes for the same without it. It need not be set: the
    /// set identifier of a weighted record, the bus of an event rule.
    #[must_use]
    pub fn told_apart_by(&self) -> Option<&'static str> {
        match self.id {
            "record-unique" => Some("SetIdentifier"),
            "event-rule-unique" => Some("EventBusName"),
            "gateway-attachment-unique" => Some("VpnGatewayId"),
            _ => None,
        }
    }
}

impl Rule {
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::NothingBlocks | Self::BlocksDeletion(_) => Kind::BlocksDeletion,
            Self::UniqueBy(_) | Self::UniqueAmong { .. } => Kind::UniqueBy,
            Self::AttachedOnce(_) => Kind::AttachedOnce,
            Self::MustExistFirst(_) => Kind::MustExistFirst,
            Self::SeenOnlyAfter(_) => Kind::SeenOnlyAfter,
        }
    }

    /// Whether a program can follow it: it is not in words only.
    #[must_use]
    pub const fn has_form(&self) -> bool {
        !matches!(
            self,
            Self::MustExistFirst(_)
                | Self::BlocksDeletion(Block::InWords(_))
                | Self::SeenOnlyAfter(Lag::InWords(_))
        )
    }

    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::NothingBlocks => "nothing is known".to_owned(),
            Self::BlocksDeletion(block) => block.in_words(),
            Self::UniqueBy(paths) => paths.join(" + "),
            Self::UniqueAmong {
                list,
                entry,
                prefix,
            } => format!("`{entry}` among `{list}`, without `{prefix}`"),
            Self::AttachedOnce(property) => format!("one per `{property}`"),
            Self::MustExistFirst(words) | Self::SeenOnlyAfter(Lag::InWords(words)) => {
                (*words).to_owned()
            }
            Self::SeenOnlyAfter(Lag::MadeAgain {
                resource_type,
                name,
                minutes,
            }) => format!(
                "`{name}` is made again {minutes} minutes after a deletion of {resource_type}"
            ),
        }
    }
}

impl Block {
    fn in_words(&self) -> String {
        match self {
            Self::Attribute { key, value, .. } => format!("`{key}` is `{value}`"),
            Self::UsedBy {
                resource_type,
                property,
            } => format!("{resource_type} that names it in `{property}`"),
            Self::Holds { what, unless: None } => format!("{what} in it"),
            Self::Holds {
                what,
                unless: Some(property),
            } => format!("{what} in it, unless `{property}`"),
            Self::AfterDeletionOf {
                resource_type,
                property,
                minutes,
            } => format!(
                "for {minutes} minutes, a deleted {resource_type} that named it in `{property}`"
            ),
            Self::WaitsForHook {
                hook,
                resource_type,
                minutes,
                ..
            } => format!(
                "`{hook}`, for {minutes} minutes, once the {resource_type} that completes it is gone"
            ),
            Self::InWords(words) => (*words).to_owned(),
        }
    }
}
