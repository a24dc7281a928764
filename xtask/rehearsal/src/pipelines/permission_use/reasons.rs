//! Reasons for actions that are allowed although no run calls them and no schema lists them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub roles: &'static [&'static str],
    /// The actions, as the roles' policies write them.
    pub actions: &'static [&'static str],
    pub why: &'static str,
}

pub const REASONS: &[Reason] = &[
    Reason {
        roles: &[
            "build",
            "check",
            "deploy",
            "pipeline",
            "<application>-pipeline",
        ],
        actions: &["codestar-connections:UseConnection"],
        why: "the service of connections has two names; its page says that the action's prefix is that of the ARN, \
              and a solution of AWS's failed until both were allowed \
              (https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/1083)",
    },
    Reason {
        roles: &[
            "build",
            "check",
            "deploy",
            "pipeline",
            "<application>-build",
            "<application>-deploy",
            "<application>-execution",
            "<application>-pipeline",
            "<application>-verify",
        ],
        actions: &["kms:Decrypt"],
        why: KEY_POLICY,
    },
    Reason {
        roles: &[
            "build",
            "check",
            "deploy",
            "pipeline",
            "<application>-pipeline",
        ],
        actions: &["kms:GenerateDataKey"],
        why: KEY_POLICY,
    },
    Reason {
        roles: &["deploy", "<application>-deploy"],
        actions: &["cloudformation:UntagResource"],
        why: "a definition that gives its stacks a tag less takes it; none has done so yet",
    },
    Reason {
        roles: &["machines"],
        actions: &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
        ],
        why: "AmazonEC2ContainerServiceforEC2Role holds it, whose list is AWS's; images are pulled with the \
              execution role of their task",
    },
    Reason {
        roles: &["machines"],
        actions: &[
            "ecs:DeregisterContainerInstance",
            "ecs:ListTagsForResource",
            "ecs:UpdateContainerInstancesState",
        ],
        why: "AmazonEC2ContainerServiceforEC2Role holds it, whose list is AWS's; the agent calls it for spot \
              machines, and for containers that ask for their tags",
    },
    Reason {
        roles: &["machines"],
        actions: &["ec2:DescribeVolumes"],
        why: "CloudWatchAgentServerPolicy holds it, whose list is AWS's; the agent calls it for a dimension of \
              disks that our configuration does not name",
    },
    Reason {
        roles: &["machines"],
        actions: &[
            "ssm:DescribeAssociation",
            "ssm:DescribeDocument",
            "ssm:GetDocument",
            "ssm:GetParameters",
            "ssm:ListAssociations",
            "ssm:UpdateAssociationStatus",
        ],
        why: "AmazonSSMManagedInstanceCore holds it, whose list is AWS's; no page says when the agent calls it",
    },
];

const KEY_POLICY: &str = "the key's own policy lets every principal of the account use the key through the \
                          service, so IAM asks nothing of the role; AWS's pages make it a right of the role, and \
                          the role keeps it, so that nothing depends on that statement of the key";

/// The rows of the table as (kind of role, action, reason).
pub fn reasons() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    REASONS.iter().flat_map(|row| {
        let roles = row.roles.iter();
        roles.flat_map(move |&role| {
            row.actions
                .iter()
                .map(move |&action| (role, action, row.why))
        })
    })
}
