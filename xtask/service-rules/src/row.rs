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
    /// What this property names takes one attachment of this slot only, of whatever type, so that a
    /// replacement, which is created before the old one is deleted, can't be created.
    AttachedOnce {
        property: &'static str,
        /// What is taken: `address`.
        slot: &'static str,
    },
    /// What this property names is used under one holder only: a target group by the listeners and
    /// rules of one load balancer.
    OneHolder {
        property: &'static str,
        /// The type of what it names.
        names: &'static str,
        holder: Path,
    },
    /// It can't be created before this holds, nor changed so that this no longer holds.
    MustExistFirst(Need),
    /// It is not seen, or not gone, at once.
    SeenOnlyAfter(Lag),
}

/// Where the values of a resource are: in its properties, or in those of what it names.
///
/// A property is a dotted path. It leads through lists, and `[key]` picks the `Value` of the item with
/// that `Key`: `LoadBalancerAttributes[access_logs.s3.bucket]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// A property of its own.
    Own(&'static str),
    /// A property of the resource that `property` names.
    Of {
        property: &'static str,
        resource_type: &'static str,
        then: &'static str,
    },
    /// The resource itself.
    Itself,
}

/// Another resource that has values of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other {
    pub resource_type: &'static str,
    pub shares: &'static [Shared],
}

/// A value that two resources share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    pub own: Path,
    /// Where the other resource has it.
    pub other: Path,
    /// The type of the resource that the value names; `None`: it is no name.
    pub names: Option<&'static str>,
}

/// What has to be there before a resource is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// For each resource that the first shared value names, one of these.
    OneOf {
        others: &'static [Other],
        /// Not where a property has one of these values.
        unless: &'static [(&'static str, &'static str)],
    },
    /// A document of the resource that `property` names, which allows something to a service.
    Admits {
        property: &'static str,
        resource_type: &'static str,
        document: &'static str,
        /// A service principal, or its first label with the dot where the region follows: `logs.`.
        service: &'static str,
    },
    /// What `property` names exists. A name that no stack here made is taken for someone else's.
    Exists {
        property: &'static str,
        resource_type: &'static str,
    },
    /// The name in an ARN begins so.
    Named {
        property: &'static str,
        prefix: &'static str,
    },
    /// The resources that `property` names differ in one of these properties, as often as this.
    Apart {
        property: &'static str,
        resource_type: &'static str,
        differ: &'static [&'static str],
        minimum: usize,
        /// Not where a property has one of these values.
        unless: &'static [(&'static str, &'static str)],
    },
    InWords(Words),
}

/// What keeps a resource from being deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// A property with this value.
    Set {
        /// As in [`Path`].
        property: &'static str,
        value: &'static str,
    },
    /// Another resource that names it.
    UsedBy {
        resource_type: &'static str,
        /// The property in which it is named, at any depth.
        property: &'static str,
    },
    /// Another resource that shares values with it.
    Shares(Other),
    /// Something in it that no template knows of.
    Holds {
        /// What: `objects`.
        what: &'static str,
        /// The property that deletes it along, where it is `true`.
        unless: Option<&'static str>,
        /// Whether ordinary use puts something in it.
        usual: bool,
    },
    /// The deletion of another resource that used it, for a while.
    AfterDeletionOf {
        resource_type: &'static str,
        /// The property in which it is named, at any depth.
        property: &'static str,
        /// For how long, at most.
        minutes: u64,
        /// Whether CloudFormation waits for it to pass; otherwise the deletion fails.
        waits: bool,
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
    InWords(Words),
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
    /// The name of one that was deleted outside of CloudFormation stays taken.
    NameStays {
        minutes: u64,
    },
    InWords(Words),
}

/// A rule that no program follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    pub rule: &'static str,
    /// Why it has no form.
    pub because: &'static str,
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

impl Rule {
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::NothingBlocks | Self::BlocksDeletion(_) => Kind::BlocksDeletion,
            Self::UniqueBy(_) | Self::UniqueAmong { .. } => Kind::UniqueBy,
            Self::AttachedOnce { .. } | Self::OneHolder { .. } => Kind::AttachedOnce,
            Self::MustExistFirst(_) => Kind::MustExistFirst,
            Self::SeenOnlyAfter(_) => Kind::SeenOnlyAfter,
        }
    }

    /// The rule that no program follows, and why.
    #[must_use]
    pub const fn words(&self) -> Option<Words> {
        match self {
            Self::MustExistFirst(Need::InWords(words))
            | Self::BlocksDeletion(Block::InWords(words))
            | Self::SeenOnlyAfter(Lag::InWords(words)) => Some(*words),
            _ => None,
        }
    }

    /// Whether a program can follow it: it is not in words only.
    #[must_use]
    pub const fn has_form(&self) -> bool {
        self.words().is_none()
    }

    /// The properties that are unique together, and what is taken with them, where it is not the
    /// type's own.
    #[must_use]
    pub const fn unique(&self) -> Option<(&[&'static str], Option<&'static str>)> {
        match self {
            Self::UniqueBy(paths) => Some((paths, None)),
            Self::AttachedOnce { property, slot } => {
                Some((std::slice::from_ref(property), Some(slot)))
            }
            _ => None,
        }
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
            Self::AttachedOnce { property, slot } => format!("{slot}: one per `{property}`"),
            Self::OneHolder {
                property,
                names,
                holder,
            } => format!("{names} in `{property}`: for one {holder} only"),
            Self::MustExistFirst(need) => need.in_words(),
            Self::SeenOnlyAfter(lag) => lag.in_words(),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(property) => write!(formatter, "`{property}`"),
            Self::Of { property, then, .. } => write!(formatter, "`{then}` of `{property}`"),
            Self::Itself => formatter.write_str("it"),
        }
    }
}

impl fmt::Display for Other {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.resource_type)?;
        for (index, shared) in self.shares.iter().enumerate() {
            let word = if index == 0 { " with" } else { " and" };
            match shared.own {
                Path::Itself => write!(formatter, "{word} it in {}", shared.other)?,
                own => write!(formatter, "{word} its {own} in {}", shared.other)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (no form: {})", self.rule, self.because)
    }
}

fn exceptions(unless: &[(&str, &str)]) -> String {
    let texts = unless
        .iter()
        .map(|(property, value)| format!("`{property}` is `{value}`"));
    match unless {
        [] => String::new(),
        _ => format!(", unless {}", texts.collect::<Vec<_>>().join(" or ")),
    }
}

impl Need {
    fn in_words(&self) -> String {
        match self {
            Self::OneOf { others, unless } => {
                let others: Vec<String> = others.iter().map(ToString::to_string).collect();
                format!("{}{}", others.join("; or "), exceptions(unless))
            }
            Self::Admits {
                property,
                document,
                service,
                ..
            } => format!("`{document}` of `{property}` admits `{service}`"),
            Self::Exists {
                property,
                resource_type,
            } => format!("the {resource_type} in `{property}`"),
            Self::Named { property, prefix } => {
                format!("the name in `{property}` begins with `{prefix}`")
            }
            Self::Apart {
                property,
                differ,
                minimum,
                unless,
                ..
            } => format!(
                "{minimum} in `{property}` with different `{}`{}",
                differ.join("` or `"),
                exceptions(unless)
            ),
            Self::InWords(words) => words.to_string(),
        }
    }
}

impl Lag {
    fn in_words(&self) -> String {
        match self {
            Self::MadeAgain {
                resource_type,
                name,
                minutes,
            } => format!(
                "`{name}` is made again {minutes} minutes after a deletion of {resource_type}"
            ),
            Self::NameStays { minutes } => format!(
                "the name of one that was deleted outside of CloudFormation is free after {} days",
                minutes / (24 * 60)
            ),
            Self::InWords(words) => words.to_string(),
        }
    }
}

impl Block {
    fn in_words(&self) -> String {
        match self {
            Self::Set { property, value } => format!("`{property}` is `{value}`"),
            Self::UsedBy {
                resource_type,
                property,
            } => format!("{resource_type} that names it in `{property}`"),
            Self::Shares(other) => other.to_string(),
            Self::Holds {
                what, unless: None, ..
            } => format!("{what} in it"),
            Self::Holds {
                what,
                unless: Some(property),
                ..
            } => format!("{what} in it, unless `{property}`"),
            Self::AfterDeletionOf {
                resource_type,
                property,
                minutes,
                waits,
            } => format!(
                "for {minutes} minutes, a deleted {resource_type} that named it in `{property}`{}",
                if *waits { "; CloudFormation waits" } else { "" }
            ),
            Self::WaitsForHook {
                hook,
                resource_type,
                minutes,
                ..
            } => format!(
                "`{hook}`, for {minutes} minutes, once the {resource_type} that completes it is gone"
            ),
            Self::InWords(words) => words.to_string(),
        }
    }
}
