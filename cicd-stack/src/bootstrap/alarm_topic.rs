//! A topic of bootstrap's own: what goes wrong with pipelines and costs is told even when there
//! is no network yet, or no longer.

use common::environment::Environment;
use common::resources::{Handle, kms, sns};
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, pseudo};

/// Adds the topic, its policy and the receiver. The receiver confirms by mail once.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
) -> Handle<sns::Topic> {
    let topic = template.add(
        "AlarmTopic",
        sns::Topic::new()
            .topic_name(environment.names().shared("pipeline-alarms"))
            .display_name(format!("Lemonade {}", environment.name))
            .kms_master_key_id(key.attr_arn()),
    );
    // Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
    // and https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    template.add(
        "AlarmTopicPolicy",
        sns::TopicPolicy::new(
            PolicyDocument::new()
                .with(
                    Statement::allow(["sns:Publish"])
                        .sid("Budgets")
                        .by(Principal::Service(ServicePrincipal::Budgets))
                        .on(topic.reference())
                        .when("StringEquals", "aws:SourceAccount", pseudo::account_id()),
                )
                // Without a condition, as AWS writes it for topics: rules were never documented
                // to say on whose behalf they publish there, and a failure nobody hears of is
                // worse. A rule publishes only to topics of its own account and region.
                .with(
                    Statement::allow(["sns:Publish"])
                        .sid("Rules")
                        .by(Principal::Service(ServicePrincipal::Events))
                        .on(topic.reference()),
                )
                .with(
                    Statement::deny(["sns:Publish"])
                        .sid("EncryptedOnly")
                        .by(Principal::Everybody)
                        .on(topic.reference())
                        .when("Bool", "aws:SecureTransport", "false"),
                ),
            [topic.reference()],
        ),
    );
    template.add(
        "AlarmReceiver",
        sns::Subscription::new("email", topic.reference())
            .endpoint(environment.alarms.email.to_string()),
    );
    topic
}
