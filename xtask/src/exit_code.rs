//! What the exit code says. Scripts rely on these numbers: they never change their meaning.
//!
//! Those from 8 on are of deploying, and stand in `deploy_arguments::exit_code`; this program hands
//! them on as they are.

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
   0  done, or nothing to do
   1  something outside of the project went wrong, such as a full disk
   2  the command line was wrong
   3  environments/*.toml or applications.toml were refused
   4  the definition does not build, or its stacks don't fit together
   5  findings: of the judges, or checked-in files that are not up to date
   6  a test failed
   7  a tool is missing or can't be installed
   8  the plan is blocked: acknowledge or mend what it says; nothing was done
   9  refused: another account, another branch, or nobody said yes
  10  a stack failed; what failed first is told first
  11  the environment is not as the plan observed it: plan again
  12  left before its end: CloudFormation goes on; run it again to follow
  13  no credentials, or they have expired, or they don't permit it
  14  AWS does not answer, or says something unexpected
  15  status: what is deployed is not what is defined
  16  doctor, status: something beside the stacks needs attention
  17  drift: something was changed without CloudFormation";

#[cfg(test)]
mod tests {
    use super::*;

    /// A number means the same whoever is asked.
    #[test]
    fn deployings_codes_stand_here_word_for_word() {
        let lines: Vec<&str> = TABLE.lines().collect();
        for line in deploy_arguments::exit_code::TABLE.lines() {
            let code = line.split_whitespace().next().unwrap_or_default();
            assert!(code == "1" || lines.contains(&line), "{line}");
        }
        let codes: Vec<usize> = lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .collect();
        assert_eq!(codes, (0..=17).collect::<Vec<_>>());
    }
}
