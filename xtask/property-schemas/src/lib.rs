//! What the published schemas say of the properties of resource types, at every depth, and values held against it.
//!
//! The facts are data: a file for each type in `schemas`, written by `cargo xtask bindings` from the pinned packages
//! and read when the type is first asked for. They are facts only: types, required properties, enumerations, patterns,
//! bounds, rules that span several properties, what is read-only, which kind of reference a property expects and what
//! `Ref` and the attributes of a type give.
//!
//! [`validate`] holds the properties of a resource against them, [`validate_template`] those of all resources. A value that a function computes is known as far as the
//! function tells: both branches of `Fn::If` are checked, `AWS::NoValue` removes, a text stays a text whatever is put
//! into it.
//!
//! What is deliberately absent: whether resources fit each other, quotas, and what services refuse for other reasons
//! (see `service-rules`).
//!
//! Sources: [resource type schemas](https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html),
//! [cfn-lint](https://github.com/aws-cloudformation/cfn-lint), which publishes them with additions of its own, the models of
//! the services in [botocore](https://github.com/boto/botocore), and the pages in `xtask/codegen/documented.toml`
//! ([`Origin`]).

mod check;
mod context;
mod pattern;
mod registry;
mod schema;
mod settle;
mod violation;

pub use check::{validate, validate_template};
pub use context::{Context, Exports};
pub use pattern::Pattern;
pub use schema::{JsonType, Shape, TypeSchema, identified_type, schema, type_names};
pub use violation::{Constraint, Found, Origin, Violation};
