//! The actions that there are.
//!
//! Source: `data/iam-actions.txt`, written by `cargo xtask bindings` from the list in cfn-lint, which is that of the
//! service authorization reference:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cloudformation::iam::glob;

/// A service in a line: its prefix, then its actions, in lower case.
static LIST: &str = include_str!("../../data/iam-actions.txt");

fn services() -> &'static BTreeMap<&'static str, &'static str> {
    static SERVICES: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        LIST.lines()
            .filter_map(|line| line.split_once(' '))
            .collect()
    })
}

/// Why no action is meant by this, if none is: actions are told apart by letters, not by case, and `*` and `?` stand for
/// any others.
pub(super) fn refusal(action: &str) -> Option<String> {
    if action == "*" {
        return None;
    }
    let action = action.to_ascii_lowercase();
    let Some((prefix, name)) = action.split_once(':') else {
        return Some("has no prefix of a service".to_owned());
    };
    if prefix.contains(['*', '?']) {
        return None;
    }
    let Some(actions) = services().get(prefix) else {
        return Some(format!("no service has the prefix `{prefix}`"));
    };
    let exists = actions.split(' ').any(|known| glob(name, known));
    (!exists).then(|| format!("{prefix} has no such action"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_and_patterns_of_them_are_known() {
        for action in [
            "s3:GetObject",
            "S3:getobject",
            "ecr:Batch*",
            "*",
            "kms:?ecrypt",
            "s3:*",
        ] {
            assert_eq!(refusal(action), None, "{action}");
        }
        for action in [
            "s3:GetObjct",
            "ecr:BatchGetImages",
            "elb:*",
            "PutObject",
            "s3:Gett*",
        ] {
            assert!(refusal(action).is_some(), "{action}");
        }
    }
}
