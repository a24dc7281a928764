//! The exit codes of every program of the workspace.
//!
//! Scripts rely on these numbers: they never change their meaning, and one number means the same
//! in every program.

/// The command did what it was asked to.
pub const SUCCESS: u8 = 0;

/// Something outside of the project went wrong: a file can't be read, an assembly is broken.
pub const FAILURE: u8 = 1;

/// The command line was wrong; clap's own code.
pub const USAGE: u8 = 2;

/// `environments/*.toml` or `applications.toml` were refused.
pub const INPUT: u8 = 3;

/// The definition's Rust code does not build, or its stacks don't fit together.
pub const DEFINITION: u8 = 4;

/// The validators found something in a template, or checked-in files are out of date.
pub const FINDINGS: u8 = 5;

pub const TESTS: u8 = 6;

/// A tool that the command needs is missing or can't be installed.
pub const TOOLS: u8 = 7;

/// The plan is blocked: something has to be acknowledged or mended first. Nothing was done.
pub const BLOCKED: u8 = 8;

/// Preflight refuses (another account, another branch …), or consent is missing. Nothing was done.
pub const REFUSED: u8 = 9;

/// A stack could not be brought to its definition.
pub const STACK_FAILED: u8 = 10;

/// The environment is not as the plan observed it. What had moved was not touched.
pub const MOVED: u8 = 11;

/// Interrupted: CloudFormation is still working.
pub const DETACHED: u8 = 12;

/// There are no credentials, or they have expired, or they don't permit it.
pub const CREDENTIALS: u8 = 13;

/// AWS does not answer, or says something unexpected.
pub const AWS: u8 = 14;

/// `status`: what is deployed is not what is defined.
pub const DIFFERENT: u8 = 15;

/// `doctor`: something needs attention, is broken, or could not be asked. `status`: the stacks are
/// as defined, and something outside them needs attention.
pub const UNWELL: u8 = 16;

/// `drift`: something was changed outside CloudFormation.
pub const DRIFTED: u8 = 17;

/// The table as `--help` shows it.
pub const TABLE: &str = "\
Exit codes:
   0  done, or nothing to do
   1  something outside the project went wrong, such as a full disk
   2  the command line was wrong
   3  environments/*.toml or applications.toml were refused
   4  the definition does not build, or its stacks don't fit together
   5  findings: of the validators, or checked-in files that are out of date
   6  a test failed
   7  a tool is missing or can't be installed
   8  the plan is blocked: acknowledge or fix what it reports; nothing was done
   9  refused: wrong account, wrong branch, or not confirmed; nothing was done
  10  a stack failed; the first failure is reported first
  11  the environment has changed since it was planned: plan again
  12  interrupted; CloudFormation is still working: run it again to reattach
  13  no credentials, expired credentials, or access denied
  14  AWS can't be reached, or its answer is not understood
  15  status: what is deployed is not what is defined
  16  doctor, status: something besides the stacks needs attention
  17  drift: something was changed outside CloudFormation";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_table_once() {
        let codes = [
            SUCCESS,
            FAILURE,
            USAGE,
            INPUT,
            DEFINITION,
            FINDINGS,
            TESTS,
            TOOLS,
            BLOCKED,
            REFUSED,
            STACK_FAILED,
            MOVED,
            DETACHED,
            CREDENTIALS,
            AWS,
            DIFFERENT,
            UNWELL,
            DRIFTED,
        ];
        let listed: Vec<u8> = TABLE
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .collect();
        assert_eq!(listed, codes);
        assert!(TABLE.lines().all(|line| line.chars().count() <= 80));
    }
}
