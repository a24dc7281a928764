//! What the schemas say of properties at every depth, as data.

mod documented;
mod extensions;
mod facts;
mod place;
mod service_models;
mod text;

use std::path::PathBuf;

pub(crate) use documented::Documented;
pub(crate) use extensions::Extensions;
pub(crate) use facts::Facts;
pub(crate) use service_models::ServiceModels;

use crate::emit::{Files, HEADER};
use crate::model::{Model, Resource};

/// The module that holds the text of each file, by the name of its type, and what each kind identifies.
pub(crate) fn registry(model: &Model) -> Files {
    let entry = |resource: &Resource| {
        format!(
            "Entry::new({:?}, include_str!(\"../schemas/{}\")),\n",
            resource.type_name,
            file_name(resource).display()
        )
    };
    let entries: String = model.resources.iter().map(entry).collect();
    let kinds: String = model
        .kinds
        .iter()
        .map(|(kind, type_name)| format!("({kind:?}, {type_name:?}),\n"))
        .collect();
    let text = format!(
        "{HEADER}\n\n//! The files of `schemas`.\n\nuse crate::schema::Entry;\n\n\
         /// By the name of the type, sorted.\n\
         pub(crate) static SCHEMAS: [Entry; {}] = [\n{entries}];\n\n\
         /// The type whose resources a kind identifies, by the name of the kind, sorted.\n\
         pub(crate) static KINDS: [(&str, &str); {}] = [\n{kinds}];\n",
        model.resources.len(),
        model.kinds.len()
    );
    Files::from([(PathBuf::from("registry.rs"), text)])
}

/// `ec2-vpc.json`.
fn file_name(resource: &Resource) -> PathBuf {
    let name = resource.type_name.trim_start_matches("AWS::");
    PathBuf::from(format!(
        "{}.json",
        name.replace("::", "-").to_ascii_lowercase()
    ))
}
