//! The typed CloudFormation template model.
//!
//! What lives here: [`Value`]s and the intrinsic functions, [`Resource`]s and their attributes,
//! the [`Template`] that collects them, the checks a template must pass before it is used,
//! and the one writer. What must never come in: a particular AWS resource (those are generated
//! into `common-resources`), anything about Lemonade, and I/O.
//!
//! The invariant: a [`CheckedTemplate`] has no dangling reference, no cycle, nothing over a
//! CloudFormation limit, and exactly one textual form, byte for byte, whatever features other
//! crates turn on in `serde_json`.

#![warn(missing_docs)]

pub mod check;
pub mod logical_id;
pub mod policy;
pub mod resource;
pub mod template;
pub mod value;

pub use check::{CheckedTemplate, TemplateError, TemplateErrorKind, TemplateErrors};
pub use logical_id::{LogicalId, LogicalIdError};
pub use resource::{
    CreationPolicy, Declared, DeletionPolicy, Permissions, Resource, ResourceExt, RollingUpdate,
    TagShape, TypeFacts, UpdatePolicy, UpdateReplacePolicy,
};
pub use template::{
    Condition, ConditionHandle, Mapping, Output, Parameter, Rule, Template, TemplateResource,
    indented,
};
pub use value::{
    EnumValue, IntoNode, Intrinsic, Json, Kind, List, Map, Node, Properties, PropertyType, Sub,
    Value, base64, cidr, dynamic, find_in_map, get_azs, hexadecimal, import_value, join, pseudo,
    select, split, sub,
};
