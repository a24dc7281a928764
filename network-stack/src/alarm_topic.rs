//! The topic that every alarm of the environment goes to.

use common::environment::Environment;
use common::resources::{Handle, kms, sns};
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, pseudo};

/// Adds the topic, its policy and the receiver. The receiver confirms by mail once.
///
/// Encrypted with the data key: alarms can't publish to a topic under `alias/aws/sns`, whose
/// policy does not name CloudWatch.
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
) -> Handle<sns::Topic> {
    let topic = template.add(
        "AlarmTopic",
        sns::Topic::new()
            .topic_name(environment.names().shared("alarms"))
            .display_name(format!("Lemonade {}", environment.name))
            .kms_master_key_id(key.attr_arn()),
    );
    template.add(
        "AlarmTopicPolicy",
        sns::TopicPolicy::new(
            PolicyDocument::new()
                .with(
                    Statement::allow(["sns:Publish"])
                        .sid("Alarms")
                        .by(Principal::Service(ServicePrincipal::CloudWatch))
                        .on(topic.reference())
                        .when("StringEquals", "aws:SourceAccount", pseudo::account_id()),
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
        sns::Subscription::new("email", topic.reference()).endpoint(environment.alarms.email.to_string()),
    );
    topic
}
