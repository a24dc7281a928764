//! Exports and imports between stacks, typed by what they identify.
//!
//! A stack crate declares its exports once with [`exports!`](crate::exports). That makes two
//! structs of the same fields: one of [`Export`]s, which other crates take and import from, and
//! one of values, which the stack itself has to fill, whole, to publish them. An import that no
//! stack exports, an export that is declared and never published, or an import of another kind of
//! thing, does not compile.

mod declare;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

pub use declare::Publish;

use crate::naming::StackName;
use crate::template::{Kind, Value, import_value};

/// An export of a stack: a `K` under a name that is unique in its account and region.
///
/// Only identities that never change in place are exported (a VPC, a subnet, a listener): the
/// value of an export that is in use can't change.
pub struct Export<K> {
    stack: StackName,
    output: Cow<'static, str>,
    marker: PhantomData<fn() -> K>,
}

impl<K: Kind> Export<K> {
    /// An export of `stack`, from its output `output`. Called by [`exports!`](crate::exports).
    #[must_use]
    pub fn new(stack: StackName, output: impl Into<Cow<'static, str>>) -> Self {
        Self {
            stack,
            output: output.into(),
            marker: PhantomData,
        }
    }

    /// The producer, which has to be deployed before importers.
    #[must_use]
    pub const fn stack(&self) -> &StackName {
        &self.stack
    }

    /// The logical id of the output that it is exported from.
    #[must_use]
    pub fn output(&self) -> &str {
        &self.output
    }

    /// The name that it is exported under: `lemonade-staging-network-Vpc`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}-{}", self.stack, self.output)
    }

    /// The value, in a stack that imports it.
    #[must_use]
    pub fn import(&self) -> Value<K> {
        import_value(self.name())
    }
}

impl<K> Clone for Export<K> {
    fn clone(&self) -> Self {
        Self {
            stack: self.stack.clone(),
            output: self.output.clone(),
            marker: PhantomData,
        }
    }
}

impl<K: Kind> fmt::Debug for Export<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Export<{}>({})", K::NAME, self.name())
    }
}
