//! What AWS says when it denies a call.

/// A denied call, as the sentence of AWS's answer names it.
///
/// Services end the sentence differently, so the parts that they share are read: who called, which
/// action, and the resource where it is named.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial<'a> {
    /// The ARN of who called.
    pub principal: &'a str,
    /// The action, as `cloudformation:CreateChangeSet`.
    pub action: &'a str,
    /// The ARN of the resource, where the sentence names one.
    pub resource: Option<&'a str>,
    /// Whether an explicit statement, a boundary or an organization's policy denies it: then no policy
    /// of the caller's own can allow it.
    pub is_explicit: bool,
}

impl<'a> Denial<'a> {
    /// Reads the sentence of an `AccessDenied` answer; nothing where it is worded otherwise.
    #[must_use]
    pub fn parse(message: &'a str) -> Option<Self> {
        let (_, rest) = message.split_once("User: ")?;
        let principal = rest.split(' ').next()?;
        let (_, rest) = rest.split_once(" is not authorized to perform: ")?;
        let action = rest.split([' ', '\n']).next()?;
        let named = rest.split_once(" on resource: ").map(|(_, rest)| rest);
        let resource = named
            .and_then(|rest| rest.split(' ').next())
            .filter(|resource| *resource != "*");
        let is_explicit = rest.contains("explicit deny") || rest.contains("permissions boundary");
        (principal.starts_with("arn:") && action.contains(':')).then_some(Self {
            principal,
            action,
            resource,
            is_explicit,
        })
    }

    /// The role of the caller: `deploy` of `arn:aws:sts::111122223333:assumed-role/deploy/session`.
    #[must_use]
    pub fn role(&self) -> Option<&'a str> {
        let (_, rest) = self.principal.split_once(":assumed-role/")?;
        rest.split('/').next()
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
    fn a_sentence_names_who_what_and_where() {
        let denial = Denial::parse(DENIED).unwrap();
        assert_eq!(denial.role(), Some("lemonade-staging-deploy"));
        assert_eq!(denial.action, "cloudformation:CreateChangeSet");
        let stack =
            "arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/*";
        assert_eq!(denial.resource, Some(stack));
        assert!(!denial.is_explicit);
    }

    #[test]
    fn an_explicit_denial_is_recognized() {
        for end in [
            "with an explicit deny in a service control policy",
            "because no permissions boundary allows the iam:PassRole action",
        ] {
            let sentence = format!(
                "User: arn:aws:iam::444455556666:user/ann is not authorized to perform: iam:PassRole on \
                 resource: * {end}"
            );
            let denial = Denial::parse(&sentence).unwrap();
            assert!(denial.is_explicit);
            assert_eq!((denial.role(), denial.resource), (None, None));
        }
    }

    #[test]
    fn another_sentence_is_none() {
        for message in [
            "",
            "Access denied",
            "User: ann is not authorized to perform: x",
        ] {
            assert_eq!(Denial::parse(message), None, "{message}");
        }
    }
}
