//! Grants, by the kind of resource.

use super::RoleBuilder;
use crate::resources::kinds::{KeyArn, LogGroupArn, RepositoryArn, SecretArn, TopicArn};
use crate::template::policy::Statement;
use crate::template::{Value, sub};

/// Permissions on an image repository, the login to its registry included.
pub trait GrantRepository {
    /// Lets the role pull images.
    fn grant_pull(&self, role: &mut RoleBuilder);
    /// Lets the role push images.
    fn grant_push(&self, role: &mut RoleBuilder);
}

impl GrantRepository for Value<RepositoryArn> {
    fn grant_pull(&self, role: &mut RoleBuilder) {
        role.allow(registry_login());
        role.allow(
            Statement::allow([
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ])
            .sid("PullImages")
            .on(self),
        );
    }

    fn grant_push(&self, role: &mut RoleBuilder) {
        role.allow(registry_login());
        role.allow(
            Statement::allow([
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImages",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ])
            .sid("PushImages")
            .on(self),
        );
    }
}

fn registry_login() -> Statement {
    Statement::allow(["ecr:GetAuthorizationToken"]).sid("RegistryLogin").on_everything(
        "the action knows no resources: \
         https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html",
    )
}

/// Permissions on secrets, in one statement for all of them.
pub trait GrantSecret {
    /// Lets the role read the secret's value.
    fn grant_read(&self, role: &mut RoleBuilder);
}

impl GrantSecret for [Value<SecretArn>] {
    fn grant_read(&self, role: &mut RoleBuilder) {
        if self.is_empty() {
            return;
        }
        role.allow(
            Statement::allow(["secretsmanager:GetSecretValue"])
                .sid("ReadSecrets")
                .on_each(self),
        );
    }
}

/// Permissions on a KMS key. Each is limited to calls that an AWS service makes for the role (`kms:ViaService`).
pub trait GrantKey {
    /// Decrypt, through one AWS service only: `secretsmanager`, `ecr` …
    fn grant_decrypt(&self, role: &mut RoleBuilder, service: &str);
    /// Encrypt, through one AWS service only.
    fn grant_encrypt(&self, role: &mut RoleBuilder, service: &str);
    /// Encrypt and decrypt, through one AWS service only.
    fn grant_use(&self, role: &mut RoleBuilder, service: &str);
}

impl GrantKey for Value<KeyArn> {
    fn grant_decrypt(&self, role: &mut RoleBuilder, service: &str) {
        role.allow(through(service, Statement::allow(["kms:Decrypt"]).on(self)));
    }

    fn grant_encrypt(&self, role: &mut RoleBuilder, service: &str) {
        let statement = Statement::allow(["kms:GenerateDataKey"]);
        role.allow(through(service, statement.on(self)));
    }

    fn grant_use(&self, role: &mut RoleBuilder, service: &str) {
        role.allow(through(
            service,
            Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"]).on(self),
        ));
    }
}

fn through(service: &str, statement: Statement) -> Statement {
    let endpoint = sub(format!("{service}.${{AWS::Region}}.amazonaws.com"));
    statement.when("StringEquals", "kms:ViaService", endpoint)
}

/// Permissions on what a log group holds: its streams and their events, not the group itself.
pub trait GrantLogGroup {
    /// Lets the role write log streams.
    fn grant_write(&self, role: &mut RoleBuilder);
}

impl GrantLogGroup for Value<LogGroupArn> {
    fn grant_write(&self, role: &mut RoleBuilder) {
        // The ARN that `Fn::GetAtt` gives ends in `:*`, which is what names the streams.
        role.allow(
            Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                .sid("WriteLogs")
                .on(self),
        );
    }
}

/// Permissions on an SNS topic, for roles that send notifications themselves.
pub trait GrantTopic {
    /// Lets the role publish messages.
    fn grant_publish(&self, role: &mut RoleBuilder);
}

impl GrantTopic for Value<TopicArn> {
    fn grant_publish(&self, role: &mut RoleBuilder) {
        role.allow(
            Statement::allow(["sns:Publish"])
                .sid("PublishAlarms")
                .on(self),
        );
    }
}
