//! The table of next steps, and the one that depends on a denial's text.

use cloudformation::Denial;

pub use cli_conventions::next_step::{Remedy, Situation};

/// The next step after a denied call: who lacks which action, as far as AWS's message tells.
#[must_use]
pub fn after_denial(message: &str) -> String {
    let Some(denial) = Denial::parse(message) else {
        return Situation::Denied.to_string();
    };
    let role = denial.role().map(|role| format!("the role {role}"));
    let caller = role.as_deref().unwrap_or(denial.principal);
    let action = denial.action;
    match denial.is_explicit {
        true => Situation::DeniedExplicitly { caller, action }.to_string(),
        false => Situation::DeniedAction { caller, action }.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: &str = "User: arn:aws:sts::444455556666:assumed-role/lemonade-staging-deploy/ann is not \
        authorized to perform: cloudformation:CreateChangeSet on resource: \
        arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/* because no \
        identity-based policy allows the cloudformation:CreateChangeSet action";

    #[test]
    fn a_denial_names_who_lacks_what() {
        let text = after_denial(DENIED);
        assert!(text.contains("lemonade-staging-deploy lacks cloudformation:CreateChangeSet"));
        assert!(text.contains("cargo xtask bootstrap"));
        assert!(after_denial("Access denied").contains("bootstrap"));
    }

    #[test]
    fn what_denies_explicitly_is_not_ended_by_more_permissions() {
        let text = after_denial(
            "User: arn:aws:iam::444455556666:user/ann is not authorized to perform: iam:PassRole on \
             resource: * with an explicit deny in a service control policy",
        );
        assert!(!text.contains("bootstrap"), "{text}");
    }
}
