//! The alarms' receiver: whether the address has confirmed the subscriptions of both topics.
//!
//! Nothing is delivered before that, and nothing else tells: the stack is complete. Another address
//! in the environment's file is another subscription, which waits to be confirmed again.

use common::environment::Environment;

use super::context::is_deployed;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::Account;
use crate::inspect::services::Subscription;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let receiver = environment.alarms.email.to_string();
    let mut results = Vec::new();
    let mut confirmed = 0;
    for (topic, kind) in crate::inspect::expected::alarm_topics(environment) {
        let stack = environment.names().stack(&kind);
        let name = topic.rsplit(':').next().unwrap_or(&topic).to_owned();
        let subscriptions = match account.alarm_receivers.get(&topic) {
            Some(Ok(Some(subscriptions))) => subscriptions,
            Some(Err(error)) => {
                results.push(error.result(Area::Alarms, name));
                continue;
            }
            Some(Ok(None)) if is_deployed(account, &stack) == Some(true) => {
                let drift = console::xtask("drift", environment);
                results.push(
                    CheckResult::new(
                        CheckStatus::Broken,
                        Area::Alarms,
                        name,
                        format!("the topic is missing, although {} is deployed", stack.id()),
                    )
                    .run(format!("{drift} --only {}", stack.id())),
                );
                continue;
            }
            // Its stack makes it, so before that it is no news.
            Some(Ok(None)) | None => continue,
        };
        let state_of_receiver = subscriptions
            .iter()
            .filter(|one: &&Subscription| one.endpoint == receiver)
            .map(|one| one.is_confirmed)
            .max();
        let message = match state_of_receiver {
            Some(true) => {
                confirmed += 1;
                continue;
            }
            Some(false) => format!(
                "{receiver} has not confirmed the subscription: these alarms reach no one; the link in the email is valid for two days"
            ),
            None => format!("{receiver} is not subscribed: these alarms reach no one"),
        };
        results.push(
            CheckResult::new(CheckStatus::Attention, Area::Alarms, name, message)
                .by_hand(
                    "open the link in the email \"AWS Notification - Subscription Confirmation\"; \
                     to send it again:",
                )
                .run(format!(
                    "aws sns subscribe --region {} --topic-arn {topic} --protocol email \
                     --notification-endpoint {receiver}",
                    environment.region
                )),
        );
    }
    if confirmed > 0 {
        results.push(CheckResult::fine(
            Area::Alarms,
            "",
            format!("{receiver} has confirmed {confirmed} of 2 subscriptions"),
        ));
    }
    results
}
