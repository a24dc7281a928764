//! Calls that no resource schema lists.
//!
//! A role needs the actions in the schemas of its resource types and those in this table. Each row gives the
//! caller, the actions and their sources. The policies are generated from both, and the rehearsals check
//! both. Conditions and resources are not here: `services` and `release` say where an action applies.

/// Types that are held only by stacks which this crate does not know: those of crates that
/// `ecs-stack` does not import from. A test of the workspace finds missing and
/// superfluous ones.
pub const TYPES_ELSEWHERE: [&str; 0] = [];

/// The caller of actions that no schema lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// CloudFormation, in every operation on a resource of a type whose schema lists no permissions.
    AnyOperation(&'static str),
    /// CloudFormation, when it creates or updates a resource of a type.
    Change(&'static str),
    /// CloudFormation, when it updates a resource of a type.
    Update(&'static str),
    /// CloudFormation, when it replaces the machines of a group by its `AutoScalingRollingUpdate`, and when
    /// it goes back.
    RollingUpdate(&'static str),
    /// CodePipeline, when a source action uploads its artifact.
    SourceArtifact,
    /// CodePipeline, when an execution is stopped while a build is running.
    StoppedExecution,
}

impl Caller {
    /// The role that the calls are made with.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::AnyOperation(_) | Self::Change(_) | Self::Update(_) | Self::RollingUpdate(_) => {
                "the stack's: execution, or release"
            }
            Self::SourceArtifact | Self::StoppedExecution => "the pipeline's",
        }
    }

    /// The type of the resource that CloudFormation makes the calls for.
    #[must_use]
    pub const fn resource_type(self) -> Option<&'static str> {
        match self {
            Self::AnyOperation(name)
            | Self::Change(name)
            | Self::Update(name)
            | Self::RollingUpdate(name) => Some(name),
            Self::SourceArtifact | Self::StoppedExecution => None,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Calls {
    pub caller: Caller,
    pub actions: &'static [&'static str],
    /// Documentation pages and public threads.
    pub sources: &'static [&'static str],
}

const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";

static CALLS: [Calls; 9] = [
    // CloudFormation itself invokes the function behind it.
    Calls {
        caller: Caller::AnyOperation("AWS::CloudFormation::CustomResource"),
        actions: &["lambda:InvokeFunction"],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html",
        ],
    },
    // CloudFormation itself waits for a signal to a presigned URL, which takes no permission.
    Calls {
        caller: Caller::AnyOperation("AWS::CloudFormation::WaitCondition"),
        actions: &[],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html",
        ],
    },
    Calls {
        caller: Caller::AnyOperation("AWS::CodeBuild::Project"),
        actions: &[
            "codebuild:BatchGetProjects",
            "codebuild:CreateProject",
            "codebuild:CreateWebhook",
            "codebuild:DeleteProject",
            "codebuild:DeleteWebhook",
            "codebuild:ListProjects",
            "codebuild:UpdateProject",
            "codebuild:UpdateWebhook",
            "iam:PassRole",
        ],
        sources: &[
            "https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html",
        ],
    },
    Calls {
        caller: Caller::AnyOperation("AWS::ElasticLoadBalancingV2::ListenerCertificate"),
        actions: &[
            "elasticloadbalancing:AddListenerCertificates",
            "elasticloadbalancing:DescribeListenerCertificates",
            "elasticloadbalancing:RemoveListenerCertificates",
        ],
        sources: &[
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html",
        ],
    },
    // Connections made since July 2024 carry the new name of the service, which the schema does not know
    // yet.
    Calls {
        caller: Caller::Change("AWS::CodePipeline::Pipeline"),
        actions: &["codeconnections:PassConnection"],
        sources: &["https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html"],
    },
    // Every update of a group, whether its machines are replaced or not.
    Calls {
        caller: Caller::Update(GROUP),
        actions: &["autoscaling:DescribeScheduledActions"],
        sources: &["https://github.com/docker-archive/for-aws/issues/15"],
    },
    // Update policies are carried out by CloudFormation itself, not by the type's handler. AWS lists no
    // permissions for them; these are those of service roles that are known to roll.
    Calls {
        caller: Caller::RollingUpdate(GROUP),
        actions: &[
            "autoscaling:DescribeScalingActivities",
            "autoscaling:ResumeProcesses",
            "autoscaling:SetDesiredCapacity",
            "autoscaling:SuspendProcesses",
            "autoscaling:TerminateInstanceInAutoScalingGroup",
            "autoscaling:UpdateAutoScalingGroup",
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html",
            "https://github.com/buildkite/elastic-ci-stack-for-aws/pull/1192",
            "https://github.com/docker/docker.github.io/pull/2540",
        ],
    },
    // The upload names an access control list, for which IAM is asked even where the bucket ignores it. Rights on
    // tags are only for sources whose objects have some: a repository's have none.
    Calls {
        caller: Caller::SourceArtifact,
        actions: &["s3:PutObject", "s3:PutObjectAcl"],
        sources: &[
            "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html",
            "https://github.com/aws/aws-cdk/issues/13557",
        ],
    },
    // Without it the execution ends and the build keeps running.
    Calls {
        caller: Caller::StoppedExecution,
        actions: &["codebuild:StopBuild"],
        sources: &[
            "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-stop.html",
            "https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-codepipeline-actions/lib/codebuild/build-action.ts",
        ],
    },
];

#[must_use]
pub fn calls() -> &'static [Calls] {
    &CALLS
}

#[must_use]
pub fn caller_actions(caller: Caller) -> &'static [&'static str] {
    let mut rows = CALLS.iter().filter(|row| row.caller == caller);
    rows.next().map_or(&[], |row| row.actions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::resources::type_facts;

    #[test]
    fn every_row_has_a_source_and_a_type_that_is_known() {
        for row in calls() {
            assert!(!row.sources.is_empty(), "{:?}", row.caller);
            for source in row.sources {
                assert!(source.starts_with("https://"), "{source}");
            }
            if let Some(name) = row.caller.resource_type() {
                assert!(type_facts(name).is_some(), "{name}");
            }
            assert!(row.actions.is_sorted(), "{:?}", row.caller);
        }
    }

    /// A row is superfluous once the schema lists permissions.
    #[test]
    fn types_of_any_operation_have_schemas_that_list_nothing() {
        for row in calls() {
            if let Caller::AnyOperation(name) = row.caller {
                let permissions = type_facts(name).map(|facts| facts.permissions);
                let listed = permissions.map(|all| all.create.len() + all.delete.len());
                assert_eq!(listed, Some(0), "{name}");
            }
        }
    }
}
