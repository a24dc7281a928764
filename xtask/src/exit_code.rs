//! What the exit code says. Scripts rely on these numbers: they never change their meaning.

/// The command did what it was asked to.
pub const SUCCESS: u8 = 0;

/// Something outside of the project went wrong: a file can't be written, a program not started.
pub const FAILURE: u8 = 1;

/// The command line was wrong; clap's own code.
pub const USAGE: u8 = 2;

/// `environments/*.toml` or `applications.toml` were refused.
pub const INPUT: u8 = 3;

/// The definition's Rust code does not build, or its stacks don't fit together.
pub const DEFINITION: u8 = 4;

/// The judges found something in a template, or checked-in files are not up to date.
pub const FINDINGS: u8 = 5;

/// A test failed.
pub const TESTS: u8 = 6;

/// A tool that the command needs is missing or can't be installed.
pub const TOOLS: u8 = 7;

/// The table as `--help` shows it.
pub const TABLE: &str = "\
Exit codes:
  0  done
  1  something outside of the project went wrong, such as a full disk
  2  the command line was wrong
  3  environments/*.toml or applications.toml were refused
  4  the definition does not build, or its stacks don't fit together
  5  findings: of the judges, or checked-in files that are not up to date
  6  a test failed
  7  a tool is missing or can't be installed";
