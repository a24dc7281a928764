//! What is wrong with a value, as data and as a sentence.

use std::fmt;

use serde_json::Value;

use crate::schema::JsonType;

/// A value, or a combination of properties, that the facts don't allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Where it is: a JSON pointer below the path that was given for the properties, branches of `Fn::If` included.
    pub path: String,
    /// What does not hold, with what is allowed.
    pub constraint: Constraint,
    /// What is there instead.
    pub found: Found,
    /// Where the constraint comes from.
    pub origin: Origin,
}

/// Where a constraint comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The resource type's schema, which CloudFormation itself validates against.
    Schema,
    /// cfn-lint's own, the model of the service, or a page: what the service refuses when the resource is created.
    Extension,
}

/// A constraint that does not hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// The value has none of these types.
    Type { allowed: Vec<JsonType> },
    /// There is no such property.
    UnknownProperty {
        /// The properties that there are; empty where names follow a pattern.
        allowed: Vec<String>,
    },
    /// Only AWS sets the property.
    ReadOnly,
    /// The property may not be set beside the other ones.
    Forbidden,
    /// A property is missing.
    Required { property: String },
    /// Exactly one property has to be set.
    RequiredXor { of: Vec<String> },
    /// At least one property has to be set.
    RequiredOr { of: Vec<String> },
    /// A property needs another one, which is missing.
    DependentRequired {
        /// The one that is set.
        property: String,
        /// The one that is missing.
        needs: String,
    },
    /// Two properties exclude each other.
    DependentExcluded {
        /// The one that is set.
        property: String,
        /// The other one that is set.
        excludes: String,
    },
    /// There are fewer properties.
    MinProperties(usize),
    /// There are more properties.
    MaxProperties(usize),
    /// There are fewer items.
    MinItems(usize),
    /// There are more items.
    MaxItems(usize),
    /// There are more different items.
    MaxUniqueItems(usize),
    /// An item occurs twice.
    UniqueItems,
    /// Two items have the same values of these properties.
    UniqueKeys(Vec<String>),
    /// No item is as one has to be.
    Contains,
    /// The value is none of these.
    Enum(Vec<Value>),
    /// The text does not match.
    Pattern(String),
    /// The text is no address or network: `ipv4`, `ipv4-network`, `ipv6` or `ipv6-network`.
    Format(String),
    /// The text is shorter.
    MinLength(usize),
    /// The text is longer.
    MaxLength(usize),
    /// The number is less.
    Minimum(f64),
    /// The number is greater.
    Maximum(f64),
    /// The number is no multiple.
    MultipleOf(f64),
    /// No alternative applies. The violations of the closest one follow.
    AnyOf {
        /// How many there are.
        alternatives: usize,
    },
    /// Not exactly one alternative applies. If none does, the violations of the closest one follow.
    OneOf {
        /// How many there are.
        alternatives: usize,
        /// How many apply.
        matching: usize,
    },
    /// The value is what it may not be.
    Not,
    /// The reference identifies something else.
    Reference {
        /// The kinds that are allowed: `SubnetId`.
        allowed: Vec<String>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The value at the path.
    Value(Value),
    /// A function that gives a value of this type.
    Computed(JsonType),
    /// A reference of one of these kinds.
    Kinds(Vec<String>),
    /// The number of characters, items or properties.
    Count(usize),
    /// The properties, of those that the constraint is about, that are set.
    Properties(Vec<String>),
}

impl Constraint {
    /// The keyword of JSON schema, CloudFormation or cfn-lint that states it.
    #[must_use]
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Type { .. } => "type",
            Self::UnknownProperty { .. } => "additionalProperties",
            Self::ReadOnly => "readOnlyProperties",
            Self::Forbidden => "false",
            Self::Required { .. } => "required",
            Self::RequiredXor { .. } => "requiredXor",
            Self::RequiredOr { .. } => "requiredOr",
            Self::DependentRequired { .. } => "dependentRequired",
            Self::DependentExcluded { .. } => "dependentExcluded",
            Self::MinProperties(_) => "minProperties",
            Self::MaxProperties(_) => "maxProperties",
            Self::MinItems(_) => "minItems",
            Self::MaxItems(_) => "maxItems",
            Self::MaxUniqueItems(_) => "maxUniqueItems",
            Self::UniqueItems => "uniqueItems",
            Self::UniqueKeys(_) => "uniqueKeys",
            Self::Contains => "contains",
            Self::Enum(_) => "enum",
            Self::Pattern(_) => "pattern",
            Self::Format(_) => "format",
            Self::MinLength(_) => "minLength",
            Self::MaxLength(_) => "maxLength",
            Self::Minimum(_) => "minimum",
            Self::Maximum(_) => "maximum",
            Self::MultipleOf(_) => "multipleOf",
            Self::AnyOf { .. } => "anyOf",
            Self::OneOf { .. } => "oneOf",
            Self::Not => "not",
            Self::Reference { .. } => "relationshipRef",
        }
    }

    /// Whether resource type schemas of AWS lack the keyword, so that only an addition can state it.
    pub(crate) const fn is_extension(&self) -> bool {
        matches!(
            self,
            Self::RequiredXor { .. }
                | Self::RequiredOr { .. }
                | Self::DependentExcluded { .. }
                | Self::MaxUniqueItems(_)
                | Self::UniqueKeys(_)
                | Self::Format(_)
                | Self::Reference { .. }
        )
    }
}

impl Violation {
    /// What is wrong, without the path: `is "on", must be "enabled" or "disabled"`.
    pub fn sentence(&self) -> impl fmt::Display {
        Sentence(self)
    }

    /// The name of the property, or the index of the item, at the end of the path.
    fn last(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// One sentence, which begins with the path.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.sentence())
    }
}

/// A violation without its path.
struct Sentence<'v>(&'v Violation);

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation {
            constraint, found, ..
        } = self.0;
        match constraint {
            Constraint::Type { allowed } => {
                write!(f, "is {found}, must be {}", list(allowed, "or"))
            }
            Constraint::UnknownProperty { allowed } => self.0.unknown_property(f, allowed),
            Constraint::ReadOnly => f.write_str("is read-only; AWS sets it"),
            Constraint::Forbidden => f.write_str("can't be combined with the other properties"),
            Constraint::Required { property } => {
                write!(f, "lacks the required property `{property}`")
            }
            Constraint::RequiredXor { of } => {
                write!(
                    f,
                    "sets {found}, must set exactly one of {}",
                    names(of, "or")
                )
            }
            Constraint::RequiredOr { of } => {
                write!(f, "must set at least one of {}", names(of, "or"))
            }
            Constraint::DependentRequired { property, needs } => {
                write!(f, "sets `{property}`, which requires `{needs}`")
            }
            Constraint::DependentExcluded { property, excludes } => {
                write!(
                    f,
                    "sets `{property}` and `{excludes}`, which exclude each other"
                )
            }
            Constraint::MinProperties(least) => {
                write!(f, "has {found} properties, must have at least {least}")
            }
            Constraint::MaxProperties(most) => {
                write!(f, "has {found} properties, may have at most {most}")
            }
            Constraint::MinItems(least) => {
                write!(f, "has {found} items, must have at least {least}")
            }
            Constraint::MaxItems(most) | Constraint::MaxUniqueItems(most) => {
                write!(f, "has {found} items, may have at most {most}")
            }
            Constraint::UniqueItems => write!(f, "repeats the item {found}"),
            Constraint::UniqueKeys(keys) => {
                write!(f, "has two items with the same {}", names(keys, "and"))
            }
            Constraint::Contains => f.write_str("has no item of the kind that one must be"),
            Constraint::Enum(allowed) => {
                write!(f, "is {found}, must be {}", choice(found, allowed))
            }
            Constraint::Pattern(pattern) => write!(f, "is {found}, must match {pattern}"),
            Constraint::Format(format) => write!(f, "is {found}, must be {}", in_words(format)),
            Constraint::MinLength(least) => {
                write!(f, "has {found} characters, must have at least {least}")
            }
            Constraint::MaxLength(most) => {
                write!(f, "has {found} characters, may have at most {most}")
            }
            Constraint::Minimum(least) => write!(f, "is {found}, must be at least {least}"),
            Constraint::Maximum(most) => write!(f, "is {found}, may be at most {most}"),
            Constraint::MultipleOf(unit) => write!(f, "is {found}, must be a multiple of {unit}"),
            Constraint::AnyOf { alternatives } => {
                write!(f, "matches none of {alternatives} alternatives")
            }
            Constraint::OneOf {
                alternatives,
                matching,
            } => write!(
                f,
                "matches {matching} of {alternatives} alternatives, must match exactly one"
            ),
            Constraint::Not => f.write_str("is what the schema excludes"),
            Constraint::Reference { allowed } => {
                write!(
                    f,
                    "refers to {found}, must refer to {}",
                    list(allowed, "or")
                )
            }
        }
    }
}

impl Violation {
    fn unknown_property(&self, f: &mut fmt::Formatter<'_>, allowed: &[String]) -> fmt::Result {
        f.write_str("is no property")?;
        let name = self.last();
        let similar = allowed
            .iter()
            .map(|other| (strsim::jaro_winkler(name, other), other))
            .filter(|(similarity, _)| *similarity > 0.8)
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        if let Some((_, similar)) = similar {
            return write!(f, "; did you mean `{similar}`?");
        }
        if allowed.is_empty() {
            return Ok(());
        }
        write!(f, "; there are {}", names(allowed, "and"))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(Value::Array(_)) => f.write_str("a list"),
            Self::Value(Value::Object(_)) => f.write_str("an object"),
            Self::Value(value) => write!(f, "{value}"),
            Self::Computed(json_type) => write!(f, "a function that gives the type {json_type}"),
            Self::Kinds(kinds) => f.write_str(&list(kinds, "or")),
            Self::Count(count) => write!(f, "{count}"),
            Self::Properties(set) if set.is_empty() => f.write_str("none"),
            Self::Properties(set) => f.write_str(&names(set, "and")),
        }
    }
}

/// What a format stands for.
fn in_words(format: &str) -> &'static str {
    match format {
        "ipv4-network" => "an IPv4 network such as 10.0.0.0/16",
        "ipv6-network" => "an IPv6 network such as 2001:db8::/56",
        "ipv6" => "an IPv6 address",
        _ => "an IPv4 address",
    }
}

/// More values than these are not listed.
const LISTED: usize = 12;

/// The values that are allowed; of many, the most similar ones.
fn choice(found: &Found, allowed: &[Value]) -> String {
    if allowed.len() <= LISTED {
        return list(allowed, "or");
    }
    let found = found.to_string();
    let mut by_similarity: Vec<(f64, &Value)> = allowed
        .iter()
        .map(|value| (strsim::jaro_winkler(&found, &value.to_string()), value))
        .collect();
    by_similarity.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let similar: Vec<&Value> = by_similarity
        .iter()
        .take(3)
        .map(|(_, value)| *value)
        .collect();
    format!(
        "one of {} values, such as {}",
        allowed.len(),
        list(&similar, "or")
    )
}

/// `a, b or c`.
fn list<T: fmt::Display>(items: &[T], conjunction: &str) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    match texts.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// The same of names, in backquotes.
fn names(items: &[String], conjunction: &str) -> String {
    let quoted: Vec<String> = items.iter().map(|name| format!("`{name}`")).collect();
    list(&quoted, conjunction)
}
