//! The repository of an application's images.

use common::application::Application;
use common::environment::Environment;
use common::resources::Handle;
use common::resources::ecr::Repository;
use common::resources::ecr::repository::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, LifecyclePolicy,
    RepositoryImageTagMutability,
};
use common::resources::kinds::KeyArn;
use common::template::{Node, Template, Value};
use serde_json::json;

/// Adds the repository: tags can't be moved, images are scanned when they are pushed and
/// encrypted with the data key (which can't be added later: it replaces the repository).
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    key: &Value<KeyArn>,
) -> Handle<Repository> {
    // Images that a deployment might go back to are kept by number, not by age: an application
    // that hasn't changed for a year still runs one.
    let rules = json!({ "rules": [
        {
            "rulePriority": 1,
            "description": "images without a tag, after a day",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 1,
            },
            "action": { "type": "expire" },
        },
        {
            "rulePriority": 2,
            "description": "all but the newest images",
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": environment.retention.images,
            },
            "action": { "type": "expire" },
        },
    ] });
    template.add(
        "Repository",
        Repository::new()
            .repository_name(environment.names().repository(&application.name))
            .image_tag_mutability(RepositoryImageTagMutability::Immutable)
            .image_scanning_configuration(ImageScanningConfiguration::new().scan_on_push(true))
            .encryption_configuration(
                EncryptionConfiguration::new(EncryptionType::Kms).kms_key(key),
            )
            .lifecycle_policy(
                LifecyclePolicy::new().lifecycle_policy_text(Node::from(rules).to_json()),
            ),
    )
}
