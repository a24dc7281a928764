//! What the exit code of deploying says.
//!
//! Scripts rely on these numbers: they never change their meaning. They begin behind those of
//! `cargo xtask` itself, which hands them on, so that each number has one meaning whoever is asked.

/// The command did what it was asked to.
pub const SUCCESS: u8 = 0;

/// Something outside of the project went wrong: a file can't be read, an assembly is broken.
pub const FAILURE: u8 = 1;

/// The command line was wrong; clap's own code.
pub const USAGE: u8 = 2;

/// The plan is blocked: something has to be acknowledged or mended first. Nothing was done.
pub const BLOCKED: u8 = 8;

/// The guard refuses (another account, another branch …), or nobody has said yes. Nothing was done.
pub const REFUSED: u8 = 9;

/// A stack could not be brought to its definition.
pub const STACK_FAILED: u8 = 10;

/// The environment is not as the plan observed it. What had moved was not touched.
pub const MOVED: u8 = 11;

/// Left before its end: CloudFormation goes on with what had begun.
pub const DETACHED: u8 = 12;

/// There are no credentials, or they have expired, or they don't permit it.
pub const CREDENTIALS: u8 = 13;

/// AWS does not answer, or says something unexpected.
pub const AWS: u8 = 14;

/// `status`: what is deployed is not what is defined.
pub const DIFFERENT: u8 = 15;

/// `doctor`: something needs attention, is broken, or could not be asked. `status`: the stacks are
/// as defined, and something beside them is so.
pub const UNWELL: u8 = 16;

/// `drift`: somebody changed something without CloudFormation.
pub const DRIFTED: u8 = 17;

/// Those of deploying alone, as `--help` shows them.
pub const TABLE: &str = "\
Exit codes:
   0  done, or nothing to do
   1  something outside of the project went wrong, such as an unreadable file
   2  the command line was wrong
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

    #[test]
    fn every_code_is_in_the_table_once() {
        let codes = [
            SUCCESS,
            FAILURE,
            USAGE,
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
