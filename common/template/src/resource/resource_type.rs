//! Resource types: the trait that the generated types implement, and the facts about each, generated from the schemas
//! as constants.

use crate::{LogicalId, Properties};

/// A resource type. Implemented by generated code only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a CloudFormation resource",
    note = "resources are generated into `common_resources`; nested property types go into the \
            setters of their resource"
)]
pub trait Resource: Sized {
    /// What the checks and the permissions of deploying roles use.
    const FACTS: &'static TypeFacts;
    /// What a template gives back when the resource is added: its `Ref` and attributes.
    type Handle: From<LogicalId>;
    /// The properties that were set.
    fn into_properties(self) -> Properties;
}

/// What the schemas and the service specification say of a resource type.
#[derive(Debug)]
pub struct TypeFacts {
    /// The type's name: `AWS::EC2::VPC`.
    pub name: &'static str,
    /// The type's page in the AWS documentation.
    pub documentation: &'static str,
    /// The kind of thing that `Ref` returns.
    pub reference: &'static str,
    /// The attributes that `Fn::GetAtt` returns.
    pub attributes: &'static [&'static str],
    /// The top-level properties that can be set.
    pub properties: &'static [&'static str],
    /// The properties that must be set.
    pub required: &'static [&'static str],
    /// Properties (dotted paths) whose change replaces the resource.
    pub create_only: &'static [&'static str],
    /// Properties (dotted paths) whose change replaces the resource in some cases.
    pub conditional_create_only: &'static [&'static str],
    /// The lists (dotted paths, `*` for every item of a list on the way) whose order does not count.
    pub unordered: &'static [&'static str],
    /// The properties (dotted paths) that identify the resource, for imports.
    pub primary_identifier: &'static [&'static str],
    /// Whether the resource holds data or an address, which deleting it would lose.
    pub stateful: bool,
    /// How the resource takes tags, if it does.
    pub tags: Option<TagShape>,
    /// The actions that CloudFormation needs to manage the resource.
    pub permissions: &'static Permissions,
}

/// How a type takes its tags, with the name of the property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagShape {
    /// A list of `Key` and `Value`.
    List(&'static str),
    /// A map from key to value.
    Map(&'static str),
    /// A list of `Key`, `Value` and `PropagateAtLaunch`.
    Propagated(&'static str),
}

/// The actions that the handlers of a type call, by handler.
#[derive(Debug, Default)]
pub struct Permissions {
    /// To create it, and to wait until it is there.
    pub create: &'static [&'static str],
    /// To read it: for drift, and after each change.
    pub read: &'static [&'static str],
    /// To change it in place.
    pub update: &'static [&'static str],
    /// To delete it, and to wait until it is gone.
    pub delete: &'static [&'static str],
    /// To list those that exist.
    pub list: &'static [&'static str],
    /// To tag it, whatever the handler.
    pub tagging: &'static [&'static str],
}
