//! Topics that alarms go to, and what publishing to them takes of topic and key.
//!
//! A topic is encrypted with a key of ours: alarms can't publish to one under `alias/aws/sns`, whose
//! policy does not name CloudWatch.

use crate::environment::Environment;
use crate::key_policy::ITSELF;
use crate::resources::{Handle, kms, sns};
use crate::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use crate::template::{Template, pseudo};

/// An AWS service that publishes to a topic of alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publisher {
    /// Alarms of CloudWatch.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>
    Alarms,
    /// Budgets.
    ///
    /// Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>
    Budgets,
    /// Rules of EventBridge.
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
            // EventBridge takes no conditions in policies of topics. A rule publishes only to
            // topics of its own account and region.
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

/// Adds a topic, its policy and the receiver. The receiver confirms by mail once. `name` is without
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
