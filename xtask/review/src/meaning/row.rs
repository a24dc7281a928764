//! A row of the table: a type, and what each of its properties means.

use crate::consequence::{Kind, Weight};

/// What a type of resources means to those who depend on one.
#[derive(Clone, Copy, Debug)]
pub struct TypeMeaning {
    /// The type: `AWS::Logs::LogGroup`.
    pub resource_type: &'static str,
    /// What people call one: `log group`.
    pub noun: &'static str,
    /// What a new one does.
    pub added: Option<Effect>,
    /// What is missing when one goes. Whether data goes with it is told from its policies and its type.
    pub removed: Option<Effect>,
    /// What is noticed when one is replaced.
    pub replaced: Option<Effect>,
    /// Its properties, by path without positions: `HealthCheckPath`, `LaunchTemplateData.ImageId`; an item with a
    /// name has its own row, such as `TargetGroupAttributes[stickiness.enabled]`, and
    /// `ContainerDefinitions[]` is a whole item that comes or goes. A property stands for those
    /// below it that have no row. Attributes such as `DeletionPolicy` are the same for every type and stand in
    /// [`crate::consequences`].
    pub properties: &'static [(&'static str, Meaning)],
    /// Where AWS says so: pages of its documentation.
    pub sources: &'static [&'static str],
}

/// What the change of a property does.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// A number, or the text of one.
    Number {
        /// What a smaller value does.
        less: Effect,
        /// What a larger value does.
        more: Effect,
        /// The value that a missing property stands for.
        unset: Unset,
    },
    /// Something that is on or off: `true`, `"true"`, `Enabled`, `ENABLED`, `on`, `required`, `IMMUTABLE`.
    Switch {
        /// What switching it on does.
        on: Effect,
        /// What switching it off does.
        off: Effect,
        /// Whether a missing property stands for on.
        unset: bool,
    },
    /// A list whose items mean the same each.
    Items {
        /// What a new item does. `{item}` is the item.
        added: Effect,
        /// What is missing without it. `{item}` is the item.
        removed: Effect,
    },
    /// Any change does the same.
    Change(Effect),
    /// It needs more than its own values: an analysis tells.
    Analysed,
    /// It names another resource; what that means is told where that resource changes. Naming another one does this.
    Reference(Effect),
    /// A name or a description for people: nothing follows from it but what it says.
    Label,
}

/// What a property that is not set stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// AWS's default.
    Default(i64),
    /// More than every number: kept for ever, without a limit.
    Unlimited,
    /// It is required, or nothing is known.
    Unknown,
}

/// A consequence in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// How much it matters.
    pub weight: Weight,
    /// What kind of thing happens.
    pub kind: Kind,
    /// What happens, as the predicate of a sentence about the resource. `{from}` and `{to}` are the values.
    pub text: &'static str,
}

impl Effect {
    /// Data, an address, service or a limit is lost, or something becomes public.
    #[must_use]
    pub const fn severe(kind: Kind, text: &'static str) -> Self {
        Self {
            weight: Weight::Severe,
            kind,
            text,
        }
    }

    /// Users, cost, capacity or rights.
    #[must_use]
    pub const fn notable(kind: Kind, text: &'static str) -> Self {
        Self {
            weight: Weight::Notable,
            kind,
            text,
        }
    }

    /// Anything else that changes.
    #[must_use]
    pub const fn minor(kind: Kind, text: &'static str) -> Self {
        Self {
            weight: Weight::Minor,
            kind,
            text,
        }
    }
}

impl Meaning {
    /// Any change, with one effect.
    #[must_use]
    pub const fn severe(kind: Kind, text: &'static str) -> Self {
        Self::Change(Effect::severe(kind, text))
    }

    /// Any change, with one effect.
    #[must_use]
    pub const fn notable(kind: Kind, text: &'static str) -> Self {
        Self::Change(Effect::notable(kind, text))
    }

    /// Any change, with one effect.
    #[must_use]
    pub const fn minor(kind: Kind, text: &'static str) -> Self {
        Self::Change(Effect::minor(kind, text))
    }

    /// A number: what a smaller and a larger value do.
    #[must_use]
    pub const fn number(less: Effect, more: Effect, unset: Unset) -> Self {
        Self::Number { less, more, unset }
    }

    /// Something that is off unless it is switched on.
    #[must_use]
    pub const fn off_unless_set(on: Effect, off: Effect) -> Self {
        Self::Switch {
            on,
            off,
            unset: false,
        }
    }

    /// Something that is on unless it is switched off.
    #[must_use]
    pub const fn on_unless_set(on: Effect, off: Effect) -> Self {
        Self::Switch {
            on,
            off,
            unset: true,
        }
    }

    /// A list whose items mean the same each.
    #[must_use]
    pub const fn items(added: Effect, removed: Effect) -> Self {
        Self::Items { added, removed }
    }
}
