//! The pull-through cache of public images, from which builds take their base images.
//!
//! So builds do not depend on a public registry's rate limits and outages, and base images are kept
//! and scanned. ECR's public gallery, which holds Docker's official images too, asks for
//! no credentials.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html>

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::ecr::pull_through_cache_rule::UpstreamRegistry;
use common::resources::ecr::repository_creation_template::{
    AppliedForItem, EncryptionConfiguration, EncryptionType,
    RepositoryCreationTemplateImageTagMutability,
};
use common::resources::ecr::{PullThroughCacheRule, RepositoryCreationTemplate};
use common::resources::kinds::KeyArn;
use common::resources::{Handle, iam, kms};
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Node, ResourceExt as _, Template, Value, sub};
use serde_json::json;

/// Days until a copy expires; the next pull creates it again.
const COPY_DAYS: u32 = 90;

/// Adds the rule, and the template that the copies' repositories are made from.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
    boundary: &Handle<iam::ManagedPolicy>,
) {
    let prefix = environment.names().image_cache();
    let role = role(template, environment, &prefix, &key.attr_arn(), boundary);
    let copies = template.add(
        "ImageCacheTemplate",
        RepositoryCreationTemplate::new([AppliedForItem::PullThroughCache], prefix.as_str())
            .description(format!("Copies of public images for {}", environment.name))
            .custom_role_arn(role.attr_arn())
            .encryption_configuration(
                EncryptionConfiguration::new(EncryptionType::Kms).kms_key(key.attr_arn()),
            )
            .image_tag_mutability(RepositoryCreationTemplateImageTagMutability::Mutable)
            .lifecycle_policy(lifecycle()),
    );
    template.add(
        "ImageCache",
        PullThroughCacheRule::new()
            .ecr_repository_prefix(prefix)
            .upstream_registry(UpstreamRegistry::EcrPublic)
            .upstream_registry_url("public.ecr.aws")
            // A repository that is created before the template would not use it.
            .depends_on(&copies),
    );
}

fn lifecycle() -> String {
    let rules = json!({ "rules": [{
        "rulePriority": 1,
        "description": "copies, so that they are made anew",
        "selection": {
            "tagStatus": "any",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": COPY_DAYS,
        },
        "action": { "type": "expire" },
    }] });
    Node::from(rules).to_json()
}

/// The role that ECR acts as when it creates encrypted repositories from the template.
///
/// It has no path: the schema of `AWS::ECR::RepositoryCreationTemplate` admits no `/` behind `role/` in `CustomRoleArn`,
/// and CloudFormation holds the ARN against it before it calls ECR. The deployment roles can't change it there either.
///
/// Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html>
fn role(
    template: &mut Template,
    environment: &Environment,
    prefix: &str,
    key: &Value<KeyArn>,
    boundary: &Handle<iam::ManagedPolicy>,
) -> Handle<iam::Role> {
    let mut role = RoleBuilder::new(
        environment,
        "ImageCacheRole",
        environment.names().image_cache_role(),
        ServicePrincipal::Ecr,
        "Makes repositories for copies of public images",
    )
    .bounded_by(boundary)
    .in_bootstrap()
    .at_root();
    role.allow(
        Statement::allow([
            "ecr:CreateRepository",
            "ecr:ReplicateImage",
            "ecr:TagResource",
        ])
        .sid("Copies")
        .on(sub(format!(
            "arn:${{AWS::Partition}}:ecr:${{AWS::Region}}:${{AWS::AccountId}}:repository/{prefix}/*"
        ))),
    );
    // Without a condition on the service, as in AWS's example: it is not documented whether ECR's calls with this
    // role carry the key, and only ECR can assume the role.
    role.allow(
        Statement::allow(["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"])
            .sid("EncryptedCopies")
            .on(key),
    );
    role.add_to(template)
}
