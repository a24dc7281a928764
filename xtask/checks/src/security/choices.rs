//! Properties with a value that is the insecure one of two.

use crate::finding::Report;
use crate::model::{Model, Node};
use crate::rule::{Evidence, Rule, Severity};

const fn rule(code: &'static str, texts: [&'static str; 3], source: &'static str) -> Rule {
    let [summary, why, fix] = texts;
    Rule {
        code,
        severity: Severity::Warning,
        summary,
        why,
        fix,
        source,
        evidence: Evidence::EveryVariant,
    }
}

pub(super) static METADATA_TOKENS: Rule = rule(
    "security/metadata-tokens",
    [
        "machines whose metadata is read without a token",
        "A request that an attacker makes a program send gets the credentials of the machine (EC2.8).",
        "Set `MetadataOptions.HttpTokens` to `required`.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8",
);

pub(super) static VOLUME_IN_CLEAR: Rule = rule(
    "security/volume-in-clear",
    [
        "a volume that is not encrypted",
        "Its snapshots and the disk below it can be read as they are.",
        "Set `Encrypted` to `true`.",
    ],
    "https://docs.aws.amazon.com/config/latest/developerguide/ec2-launch-templates-ebs-volume-encrypted.html",
);

pub(super) static KEY_ROTATION: Rule = rule(
    "security/key-rotation",
    [
        "a symmetric key that is not rotated",
        "All that was ever encrypted depends on one piece of key material (KMS.4).",
        "Set `EnableKeyRotation` to `true`: the key keeps its id and ARN.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4",
);

pub(super) static PUBLIC_BUCKET: Rule = rule(
    "security/public-bucket",
    [
        "a bucket that does not block public access",
        "One policy or ACL too many, and everyone reads its objects (S3.8).",
        "Set all four values of `PublicAccessBlockConfiguration` to `true`.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
);

pub(super) static BAD_HEADERS: Rule = rule(
    "security/bad-headers",
    [
        "a load balancer that forwards invalid headers",
        "Requests that two servers read in two ways can be smuggled through it (ELB.4).",
        "Set `routing.http.drop_invalid_header_fields.enabled` to `true`.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-4",
);

pub(super) static NO_ACCESS_LOGS: Rule = rule(
    "security/no-access-logs",
    [
        "a load balancer whose access logs are switched off",
        "After an incident it is not known who asked for what (ELB.5).",
        "Set `access_logs.s3.enabled` to `true`, and name a bucket.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-5",
);

pub(super) static NOT_SCANNED: Rule = rule(
    "security/not-scanned",
    [
        "a repository whose images are not scanned",
        "A known vulnerability is deployed without a word (ECR.1).",
        "Set `ImageScanningConfiguration.ScanOnPush` to `true`.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-1",
);

pub(super) static PUBLIC_ADDRESSES: Rule = rule(
    "security/public-addresses",
    [
        "a subnet that gives each machine a public address",
        "Whatever starts there can be reached from the internet, unless a security group forbids it (EC2.15).",
        "Set `MapPublicIpOnLaunch` to `false`, and give an address to what needs one.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-15",
);

pub(super) static WRITABLE_ROOT: Rule = rule(
    "security/writable-root",
    [
        "a container that is allowed to write to its root file system",
        "An attacker in it can change programs (ECS.5).",
        "Set `ReadonlyRootFilesystem` to `true`, and mount volumes for what is written.",
    ],
    "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5",
);

pub(super) static OLD_TLS: Rule = rule(
    "security/old-tls",
    [
        "a listener that speaks TLS 1.0 or 1.1",
        "Both are broken, and clients that need them are rare.",
        "Choose a policy with `TLS13-1-2` in its name.",
    ],
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
);

/// The policies with TLS 1.0 or 1.1 in the table of the page.
const OLD_POLICIES: [&str; 10] = [
    "ELBSecurityPolicy-2015-05",
    "ELBSecurityPolicy-2016-08",
    "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-FS-2018-06",
    "ELBSecurityPolicy-TLS-1-0-2015-04",
    "ELBSecurityPolicy-TLS-1-1-2017-01",
    "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
];

const BUCKET: &str = "AWS::S3::Bucket";

/// The rule, the type, the property as `Resource::each_property` reads it, and its insecure values.
static CHOICES: [(&Rule, &str, &str, &[&str]); 12] = [
    (
        &METADATA_TOKENS,
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.MetadataOptions.HttpTokens",
        &["optional"],
    ),
    (
        &VOLUME_IN_CLEAR,
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.BlockDeviceMappings[].Ebs.Encrypted",
        &["false"],
    ),
    (
        &VOLUME_IN_CLEAR,
        "AWS::EC2::Volume",
        "Encrypted",
        &["false"],
    ),
    (
        &PUBLIC_BUCKET,
        BUCKET,
        "PublicAccessBlockConfiguration.BlockPublicAcls",
        &["false"],
    ),
    (
        &PUBLIC_BUCKET,
        BUCKET,
        "PublicAccessBlockConfiguration.BlockPublicPolicy",
        &["false"],
    ),
    (
        &PUBLIC_BUCKET,
        BUCKET,
        "PublicAccessBlockConfiguration.IgnorePublicAcls",
        &["false"],
    ),
    (
        &PUBLIC_BUCKET,
        BUCKET,
        "PublicAccessBlockConfiguration.RestrictPublicBuckets",
        &["false"],
    ),
    (
        &NOT_SCANNED,
        "AWS::ECR::Repository",
        "ImageScanningConfiguration.ScanOnPush",
        &["false"],
    ),
    (
        &PUBLIC_ADDRESSES,
        "AWS::EC2::Subnet",
        "MapPublicIpOnLaunch",
        &["true"],
    ),
    (
        &WRITABLE_ROOT,
        "AWS::ECS::TaskDefinition",
        "ContainerDefinitions[].ReadonlyRootFilesystem",
        &["false"],
    ),
    (
        &VOLUME_IN_CLEAR,
        "AWS::EC2::Instance",
        "BlockDeviceMappings[].Ebs.Encrypted",
        &["false"],
    ),
    (
        &OLD_TLS,
        "AWS::ElasticLoadBalancingV2::Listener",
        "SslPolicy",
        &OLD_POLICIES,
    ),
];

/// Attributes of load balancers, whose value is `false`.
static ATTRIBUTES: [(&str, &Rule); 2] = [
    (
        "routing.http.drop_invalid_header_fields.enabled",
        &BAD_HEADERS,
    ),
    ("access_logs.s3.enabled", &NO_ACCESS_LOGS),
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (rule, kind, property, insecure) in CHOICES {
        for resource in model.resources(kind) {
            for node in resource.each_property(property) {
                let text = node.text();
                if let Some(text) = text.as_deref().filter(|text| insecure.contains(text)) {
                    report.add(rule, node.place(), format!("it is `{text}`"));
                }
            }
        }
    }
    for key in model.resources("AWS::KMS::Key") {
        let rotation = key.property("EnableKeyRotation");
        // Only symmetric keys are rotated.
        if !is_symmetric(&key.properties()) {
            continue;
        }
        if rotation.text().as_deref() == Some("false") {
            report.add(&KEY_ROTATION, rotation.place(), "it is `false`");
        } else if rotation.is_absent() {
            report.add(
                &KEY_ROTATION,
                key.at(""),
                "without `EnableKeyRotation` there is none",
            );
        }
    }
    for balancer in model.resources("AWS::ElasticLoadBalancingV2::LoadBalancer") {
        for attribute in balancer.property("LoadBalancerAttributes").present_items() {
            let (key, value) = (attribute.get("Key"), attribute.get("Value"));
            let rule = ATTRIBUTES
                .iter()
                .find(|(name, _)| key.text().as_deref() == Some(name));
            if let Some((name, rule)) = rule
                && value.text().as_deref() == Some("false")
            {
                report.add(rule, value.place(), format!("`{name}` is `false`"));
            }
        }
    }
}

fn is_symmetric(key: &Node<'_>) -> bool {
    let spec = key.get("KeySpec");
    let origin = key.get("Origin");
    (spec.is_absent() || spec.text().as_deref() == Some("SYMMETRIC_DEFAULT"))
        && (origin.is_absent() || origin.text().as_deref() == Some("AWS_KMS"))
}
