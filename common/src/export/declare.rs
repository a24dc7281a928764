//! The macro that declares what a stack exports.

use super::Export;
use crate::stack::StackBuilder;
use crate::template::{Kind, Output, Value};

/// Publishes one export. The macro's expansion calls it; nothing else has a reason to.
#[derive(Debug)]
pub struct Publish;

impl Publish {
    /// Adds the output behind an export to the stack.
    #[track_caller]
    pub fn one<K: Kind>(
        stack: &mut StackBuilder,
        export: &Export<K>,
        description: &str,
        value: Value<K>,
    ) {
        let output = Output::new::<K>(description.trim(), value).export(export.name());
        stack.record_export(export.output(), K::NAME, export.name());
        stack.template.output(export.output(), output);
    }
}

/// Declares what a stack exports.
///
/// ```
/// use common::resources::kinds::VpcId;
///
/// common::exports! {
///     /// What the network offers to other stacks.
///     pub struct Exports, filled by Outputs {
///         /// The VPC
///         vpc: VpcId = "Vpc",
///     }
/// }
/// ```
///
/// `Exports::of(stack)` names them for a stack; `Outputs { vpc: … }.publish(&mut builder, &exports)`
/// adds the outputs. The first line of a field's documentation is the output's description.
#[macro_export]
macro_rules! exports {
    (
        $(#[doc = $doc:literal])*
        pub struct $exports:ident, filled by $outputs:ident {
            $(
                #[doc = $description:literal]
                $(#[doc = $more:literal])*
                $field:ident: $kind:ty = $output:literal
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $exports {
            $(
                #[doc = $description]
                $(#[doc = $more])*
                pub $field: $crate::export::Export<$kind>,
            )*
        }

        impl $exports {
            /// The exports of a stack of this name.
            #[must_use]
            pub fn of(stack: &$crate::naming::StackName) -> Self {
                Self { $($field: $crate::export::Export::new(stack.clone(), $output),)* }
            }
        }

        /// The values behind the exports: the stack fills them all.
        #[derive(Clone, Debug)]
        pub struct $outputs {
            $(
                #[doc = $description]
                $(#[doc = $more])*
                pub $field: $crate::template::Value<$kind>,
            )*
        }

        impl $outputs {
            /// Adds the outputs to the stack.
            #[track_caller]
            pub fn publish(
                self,
                stack: &mut $crate::stack::StackBuilder,
                exports: &$exports,
            ) {
                $($crate::export::Publish::one(
                    stack,
                    &exports.$field,
                    $description,
                    self.$field,
                );)*
            }
        }
    };
}
