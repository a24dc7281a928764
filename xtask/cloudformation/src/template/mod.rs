//! The reader of templates.
//!
//! What a template says, without deciding what it means for a stack: its sections, resources and exports, the
//! intrinsic functions in its values, and what those refer to. Functions are parsed here and evaluated elsewhere:
//! the emulator and the rehearsals each have their own values to put in.
//!
//! A template that CloudFormation would reject is read as far as it goes. Whether it is valid is for others to
//! say; [`Function::Malformed`] is what the reader can contribute.
//!
//! Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

mod exports;
mod functions;
mod references;
mod sections;
#[cfg(feature = "yaml")]
mod text;

pub use exports::{edit_imports, export_value, exports, imports};
pub use functions::{AttributeName, Call, Function, GetAtt, Part, Sub, ref_target};
pub use references::{Reference, ReferencedValue, References, referenced_names, references};
pub use sections::{
    attribute, entries, entry, one_or_many, properties, property, resource, resource_type,
    resources, resources_of_type, section,
};
#[cfg(feature = "yaml")]
pub use text::{ParseError, parse};
