//! Generates `common-resources` from the pinned schema packages.
//!
//! The stages: `fetch` downloads the packages, `schema` and `spec` read them, `build` makes the
//! model (with `kinds` for references and `overrides` for what the packages lack), `emit` writes it
//! as Rust, `tree` formats it and updates the checked-in files. `property_schemas` writes what the schemas say of
//! properties at every depth as data, for the crate of that name.
//!
//! Sentences of the packages must never be copied: generated documentation states constraints in
//! our own words and links to the type's page.

mod build;
mod emit;
mod error;
mod fetch;
mod kinds;
mod model;
mod naming;
mod overrides;
mod policy_lists;
mod property_schemas;
mod schema;
mod spec;
mod tree;
mod types_file;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::overrides::Overrides;
use crate::property_schemas::{Documented, Extensions, ServiceModels};
use crate::schema::Index;
use crate::spec::Specification;

/// Generates the typed AWS resources.
///
/// Example: after adding a line to xtask/codegen/types.txt, run `cargo xtask bindings`.
#[derive(Parser)]
#[command(name = "bindings")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Action>,
    /// Compare with the checked-in files instead of writing them
    #[arg(long)]
    check: bool,
    /// The list of resource types [default: xtask/codegen/types.txt]
    #[arg(long, value_name = "FILE", global = true)]
    types_file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Subcommand)]
enum Action {
    /// Write the generated files (the default)
    Generate,
    /// List the files that differ from what would be generated; exit 1 if there are any
    Check,
    /// Download the pinned packages, and nothing else
    Fetch,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match bindings(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn bindings(arguments: &Arguments) -> Result<ExitCode, Error> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let workspace = own.ancestors().nth(2).unwrap_or(&own).to_owned();
    let target = workspace.join("target");
    let types_file = arguments
        .types_file
        .clone()
        .unwrap_or_else(|| own.join("types.txt"));

    let types = types_file::read(&types_file)?;
    let overrides = Overrides::read(&own.join("overrides.toml"))?;
    let packages = fetch::sources(&target.join("schemas"))?;
    if arguments.command == Some(Action::Fetch) {
        return Ok(ExitCode::SUCCESS);
    }
    let index = Index::read(&packages.schemas)?;
    let specification = Specification::read(&packages.database)?;
    let mut sources = Vec::new();
    for name in &types {
        sources.push(build::Source::new(
            name,
            index.schema(name)?,
            &specification,
        ));
    }
    let model = build::model(&sources, &overrides)?;
    let extensions = Extensions::read(&own.join("extensions.toml"), &index.extensions())?;
    let documented = Documented::read(&own.join("documented.toml"), &types)?;
    let service_models = ServiceModels::read(&own.join("requests.toml"), &packages.models, &types)?;
    let facts = property_schemas::Facts {
        index: &index,
        overrides: &overrides,
        extensions: &extensions,
        documented: &documented,
        service_models: &service_models,
        model: &model,
    };
    let scratch = target.join("bindings");
    let mut trees = Vec::new();
    for (folder, files) in [
        ("common/resources/src", emit::files(&model)),
        (
            "xtask/property-schemas/src",
            property_schemas::registry(&model),
        ),
    ] {
        let formatted = tree::formatted(&files, &workspace.join(folder), &scratch)?;
        trees.push((folder, formatted));
    }
    trees.push(("xtask/property-schemas/schemas", facts.files(&sources)?));
    trees.push(("xtask/checks/data", policy_lists::files(&packages)?));
    summary(&model);
    for name in &types {
        for file in extensions.unlisted(name)? {
            eprintln!("note: {name}: {file} of cfn-lint has no row in extensions.toml");
        }
    }

    let check = arguments.check || arguments.command == Some(Action::Check);
    let (mut changed, mut total) = (0, 0);
    for (folder, files) in &trees {
        let tree = workspace.join(folder);
        let differences = if check {
            tree::differences(files, &tree)?
        } else {
            tree::write(files, &tree)?
        };
        if check {
            for path in &differences {
                println!("{folder}/{}", path.display());
            }
        }
        changed += differences.len();
        total += files.len();
    }
    if check && changed > 0 {
        eprintln!("{changed} files differ");
        return Ok(ExitCode::FAILURE);
    }
    if check {
        eprintln!("{total} files are as generated");
    } else {
        eprintln!("{changed} of {total} files written");
    }
    Ok(ExitCode::SUCCESS)
}

/// What was generated, and what could not be expressed precisely.
fn summary(model: &model::Model) {
    let structs: usize = model.resources.iter().map(|r| 1 + r.nested.len()).sum();
    let enums: usize = model.resources.iter().map(|r| r.enums.len()).sum();
    eprintln!(
        "{} types: {structs} structs, {enums} enums, {} kinds, {} unions of kinds",
        model.resources.len(),
        model.kinds.len(),
        model.unions.len()
    );
    for (place, note) in &model.notes {
        eprintln!("note: {place}: {note}");
    }
}
