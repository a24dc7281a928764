//! `graph`: draws the imports between stacks.

use crate::cli::{self, Drawing};
use crate::context::Context;
use crate::graph::{Grain, Graph};
use crate::synthesis::synthesize;
use crate::{Error, output};

pub(super) fn run(context: &Context, arguments: &cli::Graph) -> Result<(), Error> {
    let Context {
        workspace, config, ..
    } = context;
    let assemblies = synthesize(workspace, config, &arguments.environments.names())?;
    let grain = match arguments {
        cli::Graph { crates: true, .. } => Grain::Crates,
        cli::Graph { stacks: true, .. } => Grain::Stacks,
        _ => Grain::Families,
    };
    let graph = Graph::of(&assemblies, grain)?;
    output::text(&match arguments.format {
        Drawing::Mermaid => graph.mermaid(),
        Drawing::Dot => graph.dot(),
    })
}
