//! The arguments of `rehearse`.

use std::path::PathBuf;

use clap::Parser;
use common::environment::EnvironmentName;

/// The value of `--pipeline` for the definition's own pipeline.
pub(super) const INFRASTRUCTURE: &str = "infrastructure";

/// Rehearse a pipeline on this machine
#[derive(Debug, Parser)]
#[command(
    name = "rehearse",
    bin_name = "cargo xtask rehearse",
    next_line_help = true,
    after_help = "\
Without `--from`, the environment is deployed from nothing, as the commit that
is checked out defines it. With it, the environment is deployed as COMMIT
defines it, then the commit that is checked out is pushed: the output shows
whether the pipeline restarts, what is deployed, and in which order. If the push
needs permissions that pipelines can't give themselves, the run fails and lists
them; `--bootstrap` applies them before the push. The code of both commits is
compiled; with `--quick` only their environments, applications and buildspecs
count.

Examples:
  cargo xtask rehearse --env staging
  cargo xtask rehearse --env staging --quick --pipeline web
  cargo xtask rehearse --env staging --from origin/next"
)]
pub(super) struct Arguments {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    pub(super) environment: EnvironmentName,

    /// Deploy this commit first, then push the one that is checked out
    #[arg(long, value_name = "COMMIT")]
    pub(super) from: Option<String>,

    /// Run `cargo xtask bootstrap` before the push
    #[arg(long, requires = "from")]
    pub(super) bootstrap: bool,

    /// An application whose pipeline runs after the definition's
    #[arg(long, value_name = "NAME", default_value = INFRASTRUCTURE)]
    pub(super) pipeline: String,

    /// The application's repository, instead of the sample application
    #[arg(long, value_name = "DIR")]
    pub(super) source: Option<PathBuf>,

    /// Run OTHER instead of a buildspec's COMMAND; may be given several times
    #[arg(long = "stand-in", value_name = "COMMAND=OTHER", value_parser = stand_in)]
    pub(super) stand_ins: Vec<(String, String)>,

    /// Show the output of commands
    #[arg(long)]
    pub(super) verbose: bool,

    /// The folder with `environments/` and `applications.toml`
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) config: PathBuf,

    /// Compile nothing: run this checkout's programs for every commit
    #[arg(long, requires = "programs")]
    pub(super) quick: bool,

    /// The folder of these programs
    #[arg(long, value_name = "DIR", hide = true)]
    pub(super) programs: Option<PathBuf>,

    /// Where commits are compiled; reused, to compile only what differs
    #[arg(long, value_name = "DIR", default_value = "target/rehearse")]
    pub(super) compiled: PathBuf,

    /// Where all files are written; emptied first
    #[arg(long, value_name = "DIR", default_value = "target/rehearsal")]
    pub(super) folder: PathBuf,
}

fn stand_in(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((command, other)) => Ok((command.trim().to_owned(), other.trim().to_owned())),
        None => Err("expected COMMAND=OTHER".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_help_fits_a_terminal() {
        let help = Arguments::command().render_long_help().to_string();
        let long: Vec<&str> = help.lines().filter(|line| line.len() > 80).collect();
        assert!(long.is_empty(), "wider than 80 columns: {long:#?}");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("help", help);
        });
    }
}
