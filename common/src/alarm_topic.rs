//! SNS topics for alarms, and the permissions on topic and key that publishing takes.
//!
//! The topics are encrypted with a customer managed key: alarms can't publish to a topic under
//! `alias/aws/sns`, whose policy does not allow CloudWatch.

use crate::environment::Environment;
use crate::key::ITSELF;
use crate::resources::{Handle, kms, sns};
use crate::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use crate::template::{Template, pseudo};

/// An AWS service that publishes to a topic of alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publisher {
    /// CloudWatch alarms.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>
    Alarms,
    /// AWS Budgets.
    ///
    /// Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>
    Budgets,
    /// EventBridge rules.
    ///
    /// Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>
    /// and <https://repost.aws/knowledge-center/sns-not-getting-eventbridge-notification>
    Rules,
}

impl Publisher {
    const fn sid(self) -> &'static str {
        match self {
            Self::Alarms => "Alarms",
            Self::Budgets => "Budgets",
            Self::Rules => "Rules",
        }
    }

    fn allowed(self, actions: impl IntoIterator<Item = &'static str>) -> Statement {
        let service = match self {
            Self::Alarms => ServicePrincipal::CloudWatch,
            Self::Budgets => ServicePrincipal::Budgets,
            Self::Rules => ServicePrincipal::Events,
        };
        let statement = Statement::allow(actions).by(Principal::Service(service));
        match self {
            Self::Alarms | Self::Budgets => {
                statement.when("StringEquals", "aws:SourceAccount", pseudo::account_id())
            }
            // EventBridge supports no conditions in topic policies. A rule publishes only to topics
            // of its own account and region.
            Self::Rules => statement,
        }
    }

    /// Lets the service use the key that the topic is encrypted with, for the key's policy.
    #[must_use]
    pub fn uses_key(self) -> Statement {
        self.allowed(["kms:Decrypt", "kms:GenerateDataKey*"])
            .sid(&format!("{}ToAlarmTopic", self.sid()))
            .on_everything(ITSELF)
    }
}

/// Adds a topic, its policy and the subscription, which the receiver confirms by mail once. `name` is without
/// project and environment.
#[track_caller]
pub fn add(
    template: &mut Template,
    environment: &Environment,
    name: &str,
    key: &Handle<kms::Key>,
    publishers: &[Publisher],
) -> Handle<sns::Topic> {
    let topic = template.add(
        "AlarmTopic",
        sns::Topic::new()
            .topic_name(environment.names().shared(name))
            .display_name(format!("Lemonade {}", environment.name))
            .kms_master_key_id(key.attr_arn()),
    );
    let encrypted_only = Statement::deny(["sns:Publish"])
        .sid("EncryptedOnly")
        .by(Principal::Everybody)
        .on(topic.reference())
        .when("Bool", "aws:SecureTransport", "false");
    let policy = publishers
        .iter()
        .fold(PolicyDocument::new(), |policy, publisher| {
            let publish = publisher.allowed(["sns:Publish"]).sid(publisher.sid());
            policy.with(publish.on(topic.reference()))
        })
        .with(encrypted_only);
    template.add(
        "AlarmTopicPolicy",
        sns::TopicPolicy::new(policy, [topic.reference()]),
    );
    template.add(
        "AlarmReceiver",
        sns::Subscription::new("email", topic.reference())
            .endpoint(environment.alarms.email.to_string()),
    );
    topic
}
