//! `drill`: starts the program of the disaster drill.

use std::path::Path;
use std::process::Command;

use super::handover::Handover;
use super::program::run_to_completion;
use crate::Error;
use crate::cargo::{Profile, Program, build_programs};
use crate::cli::{Drill, Format};
use crate::workspace::Workspace;

const DRILL: Program<'static> = Program {
    package: "rehearsal",
    binary: "drill",
};

pub(crate) fn run(workspace: &Workspace, config: &Path, arguments: &Drill) -> Result<u8, Error> {
    let synthesized = Handover::synthesize(workspace, config, arguments.environment, Vec::new())?;
    let built = build_programs(workspace.root(), &[DRILL], Profile::Same)?;
    let Some(program) = built.get(DRILL.binary) else {
        return Err(Error::NoBinary {
            package: DRILL.package.to_owned(),
        });
    };
    let mut command = Command::new(program);
    command
        .arg(format!("--env={}", arguments.environment))
        .arg("--assembly")
        .arg(synthesized.assembly())
        .arg("--config")
        .arg(config);
    if arguments.output.format == Format::Json {
        command.arg("--format=json");
    }
    run_to_completion(command)
}
