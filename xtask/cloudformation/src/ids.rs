//! Names and ids, each a type of its own, so that the compiler refuses one where another belongs.
//!
//! They are texts as CloudFormation gives them, and nothing checks them here: what a name may consist of
//! is CloudFormation's to decide. In JSON they are plain strings. The types have the names of the shapes in
//! CloudFormation's API, shortened where the API writes `LogicalResourceId` or `ClientRequestToken`.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$attribute:meta])* $name:ident;)+) => {$(
        $(#[$attribute])*
        #[derive(
            Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text that is known to be one.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text, for a message or for what has no type.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether an answer left it out.
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        // For `join`, and for sets and maps of references.
        impl Borrow<str> for &$name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// The name of a stack, unique among the stacks of account and region that are not deleted.
    StackName;
    /// The ARN of a stack, unique also among those that were deleted.
    StackId;
    /// The name of an export, unique in account and region.
    ExportName;
    /// The id of a resource in its template.
    LogicalId;
    /// The id that its service gave a resource: `vpc-0123456789abcdef0`, a bucket's name, an ARN.
    PhysicalId;
    /// The name of a change set, unique among those of its stack.
    ChangeSetName;
    /// The ARN of a change set.
    ChangeSetId;
    /// A `ClientRequestToken`: CloudFormation accepts one operation under it, and names it in the
    /// operation's events.
    ClientToken;
}

impl From<&common::naming::StackName> for StackName {
    fn from(name: &common::naming::StackName) -> Self {
        Self(name.as_str().to_owned())
    }
}

impl PartialEq<common::naming::StackName> for StackName {
    fn eq(&self, other: &common::naming::StackName) -> bool {
        self.0 == other.as_str()
    }
}

/// A pair of a name and an id, where the API takes either.
macro_rules! names_or_ids {
    ($($(#[$attribute:meta])* $type:ident = $name:ident | $id:ident;)+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $type {
            /// What has the name at the time of the call.
            Name($name),
            /// This one, whether or not another has its name now.
            Id($id),
        }

        impl $type {
            /// The text, as the API takes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Name(name) => name.as_str(),
                    Self::Id(id) => id.as_str(),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl From<$name> for $type {
            fn from(name: $name) -> Self {
                Self::Name(name)
            }
        }

        impl From<&$name> for $type {
            fn from(name: &$name) -> Self {
                Self::Name(name.clone())
            }
        }

        impl From<$id> for $type {
            fn from(id: $id) -> Self {
                Self::Id(id)
            }
        }

        impl From<&$id> for $type {
            fn from(id: &$id) -> Self {
                Self::Id(id.clone())
            }
        }

        impl From<&Self> for $type {
            fn from(either: &Self) -> Self {
                either.clone()
            }
        }
    )+};
}

names_or_ids! {
    /// A stack as calls take it. A deleted stack is found by its id only.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html>
    StackNameOrId = StackName | StackId;
    /// A change set as calls take it, together with its stack.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html>
    ChangeSetNameOrId = ChangeSetName | ChangeSetId;
}
