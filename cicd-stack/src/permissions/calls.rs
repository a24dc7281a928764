//! Actions that schemas don't list, or list as patterns.

/// Types that are held only by stacks which this crate does not know: those of crates that
/// `ecs-stack` does not import from. A test of the workspace says which are missing, and which are
/// here in vain.
pub const TYPES_ELSEWHERE: [&str; 0] = [];

/// Types whose schema lists no permissions, and what managing them takes.
pub(super) const GIVEN: [(&str, &[&str]); 5] = [
    // CloudFormation itself invokes the function behind it.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    (
        "AWS::CloudFormation::CustomResource",
        &["lambda:InvokeFunction"],
    ),
    // CloudFormation waits by itself, for a signal to an address that it has signed: nothing.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html
    ("AWS::CloudFormation::WaitCondition", &[]),
    ("AWS::CloudFormation::WaitConditionHandle", &[]),
    // https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html
    (
        "AWS::CodeBuild::Project",
        &[
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
    ),
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html
    (
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        &[
            "elasticloadbalancing:AddListenerCertificates",
            "elasticloadbalancing:DescribeListenerCertificates",
            "elasticloadbalancing:RemoveListenerCertificates",
        ],
    ),
];

/// Actions that a type takes besides what its schema lists.
pub(super) const BESIDES: [(&str, &[&str]); 1] = [
    // Connections made since July 2024 carry the new name of the service, which the schema does
    // not know yet.
    // https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
    (
        "AWS::CodePipeline::Pipeline",
        &["codeconnections:PassConnection"],
    ),
];

/// What the patterns in schemas stand for here. All are of `AWS::AutoScaling::AutoScalingGroup`,
/// which looks at everything that a group may be made of.
pub(super) const PATTERNS: [(&str, &[&str]); 5] = [
    (
        "autoscaling:Describe*",
        &[
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeInstanceRefreshes",
            "autoscaling:DescribeLifecycleHooks",
            "autoscaling:DescribeLoadBalancerTargetGroups",
            "autoscaling:DescribeLoadBalancers",
            "autoscaling:DescribeNotificationConfigurations",
            "autoscaling:DescribeScalingActivities",
            "autoscaling:DescribeTags",
            "autoscaling:DescribeTrafficSources",
        ],
    ),
    (
        "ec2:Describe*",
        &[
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeImages",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeInstances",
            "ec2:DescribeLaunchTemplateVersions",
            "ec2:DescribeLaunchTemplates",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
    ),
    // Only for launch templates by their data, as instance refreshes compare them.
    ("ec2:Get*", &["ec2:GetLaunchTemplateData"]),
    (
        "elasticloadbalancing:Describe*",
        &[
            "elasticloadbalancing:DescribeInstanceHealth",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ],
    ),
    // For images that are named by a parameter; ours are named by their id.
    ("ssm:Get*", &[]),
];
