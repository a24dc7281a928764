//! The actions that schemas list and the execution role is denied, each with the reason.

/// Total services. The schemas list them for uses of a type that no template here makes; a
/// template that did would fail to deploy, and name the action.
const SERVICES: [(&str, &str); 19] = [
    ("acm-pca", "certificates here are public ones"),
    ("amplify", "the firewall guards a load balancer only"),
    ("apigateway", "the firewall guards a load balancer only"),
    ("apprunner", "the firewall guards a load balancer only"),
    ("appsync", "the firewall guards a load balancer only"),
    (
        "bedrock-agentcore",
        "the firewall guards a load balancer only",
    ),
    ("billing", "budgets here watch no billing view"),
    ("cognito-idp", "the load balancer authenticates no users"),
    ("elasticfilesystem", "functions here mount nothing"),
    ("firehose", "logs go to CloudWatch"),
    (
        "managed-fleets",
        "the Auto Scaling group manages the machines",
    ),
    ("payments", "rules here are AWS's free ones"),
    (
        "resource-groups",
        "Systems Manager finds machines by their tags",
    ),
    ("s3files", "functions here mount nothing"),
    ("s3tables", "buckets here have no metadata tables"),
    (
        "vpc-lattice",
        "machines are reached through the load balancer",
    ),
    ("vpce", "endpoints here are in the same region"),
    // Written by hand, see `iam` and `kms`.
    ("iam", HAND_WRITTEN),
    ("kms", HAND_WRITTEN),
];

const HAND_WRITTEN: &str = "written by hand";
const OBJECTS: &str = "CloudFormation creates buckets and never touches their objects";
const NO_ACTION: &str = "IAM knows no such action; another action of the list permits the call";

const ACTIONS: [(&str, &str); 39] = [
    (
        "ec2:AcceptAddressTransfer",
        "addresses come from AWS, not from another account",
    ),
    (
        "ec2:AssociateVerifiedAccessInstanceWebAcl",
        "the firewall guards a load balancer only",
    ),
    ("ec2:AttachVpnGateway", "there is no VPN"),
    ("ec2:DetachVpnGateway", "there is no VPN"),
    // The pattern also covers a machine's console output and password.
    (
        "ec2:Get*",
        "for instances selected by attributes; here the instance type is given",
    ),
    (
        "ec2:DisassociateVerifiedAccessInstanceWebAcl",
        "the firewall guards a load balancer only",
    ),
    (
        "ec2:GetVerifiedAccessInstanceWebAcl",
        "the firewall guards a load balancer only",
    ),
    (
        "ecs:PutAccountSetting",
        "would change the account's defaults; clusters here set their own",
    ),
    (
        "ecs:PutAccountSettingDefault",
        "would change the account's defaults; clusters here set their own",
    ),
    ("lambda:AssociateRuntimeAlias", NO_ACTION),
    (
        "lambda:DeleteProvisionedConcurrencyConfig",
        "only services of ECS are scaled",
    ),
    (
        "lambda:GetCodeSigningConfig",
        "code here is in the template",
    ),
    ("lambda:GetLayerVersion", "functions here have no layers"),
    (
        "lambda:GetProvisionedConcurrencyConfig",
        "only services of ECS are scaled",
    ),
    (
        "lambda:PassCapacityProvider",
        "functions use no capacity provider",
    ),
    (
        "lambda:PutProvisionedConcurrencyConfig",
        "only services of ECS are scaled",
    ),
    (
        "logs:PutBearerTokenAuthentication",
        "log groups are written with signed requests only",
    ),
    (
        "s3:CreateBucketMetadataTableConfiguration",
        "no metadata tables",
    ),
    ("s3:DeleteBucketAnalyticsConfiguration", NO_ACTION),
    ("s3:DeleteBucketCors", NO_ACTION),
    ("s3:DeleteBucketEncryption", NO_ACTION),
    ("s3:DeleteBucketLifecycle", NO_ACTION),
    (
        "s3:DeleteBucketMetadataTableConfiguration",
        "no metadata tables",
    ),
    ("s3:DeleteBucketMetricsConfiguration", NO_ACTION),
    ("s3:DeleteBucketReplication", NO_ACTION),
    ("s3:DeleteBucketTagging", NO_ACTION),
    // A bucket can only be deleted when empty, and nothing here empties one.
    ("s3:DeleteObject", OBJECTS),
    ("s3:GetObject", OBJECTS),
    ("s3:GetObjectVersion", OBJECTS),
    ("s3:PutBucketReplication", NO_ACTION),
    ("s3:PutObjectAcl", OBJECTS),
    ("s3:PutObjectLockConfiguration", NO_ACTION),
    ("s3:REST.PUT.OBJECT", NO_ACTION),
    (
        "s3:UpdateBucketMetadataAnnotationTableConfiguration",
        NO_ACTION,
    ),
    // Secrets are created without a value and filled in by a person; no template reads one.
    (
        "secretsmanager:GetSecretValue",
        "secrets' values are for applications only",
    ),
    (
        "ssm:Get*",
        "for images that are named by a parameter; ours are named by their id",
    ),
    (
        "ssm:GetCalendarState",
        "associations here follow no calendar",
    ),
    (
        "wafv2:GetPermissionPolicy",
        "rule groups here are not shared",
    ),
    (
        "wafv2:PutPermissionPolicy",
        "rule groups here are not shared",
    ),
];

/// Why the generated policies leave an action of a schema out; none if they allow it.
#[must_use]
pub fn denial_reason(action: &str) -> Option<&'static str> {
    let service = action.split(':').next().unwrap_or_default();
    let services = SERVICES.iter().filter(|(name, _)| *name == service);
    let actions = ACTIONS.iter().filter(|(name, _)| *name == action);
    services.chain(actions).map(|(_, reason)| *reason).next()
}

/// Whether the statements about this action are written by hand.
#[must_use]
pub fn is_hand_written(action: &str) -> bool {
    denial_reason(action) == Some(HAND_WRITTEN)
}
