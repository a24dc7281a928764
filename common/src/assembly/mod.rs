//! The assembly: the interface between defining and deploying, as `cdk.out` is for CDK.
//!
//! One folder per environment holds a template per stack and `assembly.json`. The stack binaries
//! produce what is in it; whatever runs after synthesis reads only this. The format is described
//! in `docs/assembly.md` and versioned.

mod folder;
mod graph;
mod list;
mod model;

pub use folder::{ReadError, read};
pub use graph::{GraphError, dependencies, layers};
pub use list::ListError;
pub use model::{
    Assembly, AssemblyError, FILE_NAME, LOCATIONS_FILE, Locations, VERSION, template_file,
};
