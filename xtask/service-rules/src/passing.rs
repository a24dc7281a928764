//! Refusals that pass by themselves, with the sentences that tell of them.
//!
//! A service often refuses what it would take a minute later: it doesn't know yet what another one has
//! made, or still knows what is gone. CloudFormation's handlers wait for some of that, and not for all.

use crate::row::Source;

/// A refusal that passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passing {
    /// Unique in the table.
    pub id: &'static str,
    pub at: At,
    /// Parts of what is said, each of which is enough.
    pub says: &'static [&'static str],
    /// What is not so yet.
    pub because: &'static str,
    /// After how many seconds it is worth another try.
    pub seconds: u64,
    /// The pages and threads that say so.
    pub sources: &'static [Source],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// When something is created.
    Creation,
    /// When something is deleted.
    Deletion,
}

const TABLE: &[Passing] = &[
    Passing {
        id: "firewall-not-known-yet",
        at: At::Creation,
        says: &[
            "WAFUnavailableEntityException",
            "retrieve the resource that you requested. Retry",
        ],
        because: "the web ACL is not known everywhere yet",
        seconds: 60,
        sources: &[
            Source::Thread("hashicorp/terraform-provider-aws#17527"),
            Source::Thread("hashicorp/terraform-provider-aws#29080"),
        ],
    },
    Passing {
        id: "bucket-name-not-free-yet",
        at: At::Creation,
        says: &[
            "OperationAborted",
            "A conflicting conditional operation is currently in progress",
        ],
        because: "the name of a bucket that was deleted is not free yet",
        seconds: 600,
        sources: &[
            Source::Thread("aws/aws-cli#2593"),
            Source::Thread("panther-labs/panther#1614"),
        ],
    },
    Passing {
        id: "role-not-assumable-yet",
        at: At::Creation,
        says: &[
            "is not authorized to perform: sts:AssumeRole",
            "not authorized to perform sts:AssumeRole",
            "is not authorized to perform AssumeRole",
            "Unable to assume given IAM role",
            "cannot be assumed by Lambda",
        ],
        because: "the role is not known everywhere yet",
        seconds: 30,
        sources: &[
            Source::Thread("hashicorp/terraform-provider-aws#29323"),
            Source::Thread("hashicorp/terraform-provider-aws#13103"),
            Source::Code("go-to-k/cdkd retryable-errors.ts"),
        ],
    },
    Passing {
        id: "machines-not-gone-yet",
        at: At::Deletion,
        says: &[
            "The Cluster cannot be deleted while Container Instances are active or draining",
            "ClusterContainsContainerInstances",
        ],
        because: "the machines have not left the cluster yet",
        seconds: 120,
        sources: &[
            Source::Thread("aws-samples/aws-scalable-big-blue-button-example#79"),
            Source::Thread("aws/aws-cdk#18179"),
        ],
    },
    Passing {
        id: "address-not-released-yet",
        at: At::Deletion,
        says: &["ec2:disassociateAddress You do not have permission"],
        because: "the interfaces of a deleted load balancer still hold the address",
        seconds: 120,
        sources: &[
            Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#831"),
            Source::Thread("hashicorp/terraform-provider-aws#33645"),
        ],
    },
    Passing {
        id: "firewall-not-let-go-yet",
        at: At::Deletion,
        says: &["WAFAssociatedItemException"],
        because: "the web ACL is not seen as let go of yet",
        seconds: 60,
        sources: &[Source::Thread("hashicorp/terraform-provider-aws#29080")],
    },
];

pub fn all_passing() -> impl Iterator<Item = &'static Passing> {
    TABLE.iter()
}

/// The refusal that a sentence tells of, if it passes by itself.
#[must_use]
pub fn passing(at: At, said: &str) -> Option<&'static Passing> {
    TABLE
        .iter()
        .find(|row| row.at == at && row.says.iter().any(|part| said.contains(part)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// As AWS was heard to say it.
    #[test]
    fn sentences_are_known() {
        let heard = [
            (
                At::Creation,
                "Resource handler returned message: \"AWS WAF couldn?t retrieve the resource that you requested. Retry your request. (Service: Wafv2, Status Code: 400)\"",
                Some("firewall-not-known-yet"),
            ),
            (
                At::Creation,
                "A conflicting conditional operation is currently in progress against this resource. Please try again. (Service: S3, Status Code: 409)",
                Some("bucket-name-not-free-yet"),
            ),
            (
                At::Creation,
                "CodeBuild is not authorized to perform: sts:AssumeRole on arn:aws:iam::111122223333:role/build",
                Some("role-not-assumable-yet"),
            ),
            (
                At::Creation,
                "Unable to assume given IAM role (Service: AmazonEC2; Status Code: 400)",
                Some("role-not-assumable-yet"),
            ),
            (
                At::Deletion,
                "The Cluster cannot be deleted while Container Instances are active or draining.",
                Some("machines-not-gone-yet"),
            ),
            (
                At::Deletion,
                "API: ec2:disassociateAddress You do not have permission to access the specified resource.",
                Some("address-not-released-yet"),
            ),
            (
                At::Deletion,
                "The bucket you tried to delete is not empty",
                None,
            ),
            (At::Creation, "the quota is used up", None),
        ];
        for (at, said, expected) in heard {
            assert_eq!(passing(at, said).map(|row| row.id), expected, "{said}");
        }
    }

    #[test]
    fn a_row_has_a_name_and_a_source() {
        let ids: BTreeSet<&str> = TABLE.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), TABLE.len());
        assert!(TABLE.iter().all(|row| !row.sources.is_empty()));
    }
}
