//! The disaster drill: a program of its own, which needs no AWS SDK.

use std::path::Path;
use std::process::Command;

use super::handover::Handover;
use super::program::run_to_its_end;
use crate::Error;
use crate::cargo::{Profile, Program, build_programs};
use crate::cli::{Drill, Format};
use crate::workspace::Workspace;

/// The program.
const DRILL: Program<'static> = Program {
    package: "rehearsal",
    binary: "drill",
};

/// Synthesizes, builds the program, and runs it.
pub(crate) fn run(workspace: &Workspace, config: &Path, arguments: &Drill) -> Result<u8, Error> {
    let synthesized = Handover::synthesized(workspace, config, arguments.environment, Vec::new())?;
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
    run_to_its_end(command)
}
