//! SNS: who gets what is published.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/welcome.html>

use cloudformation::Page;
use deploy::inspect::services::Subscription;

use crate::signed::{Call, Response, Service, SignedError};

pub(super) const SNS: Service = Service::new("SNS", "sns");

pub(super) const NO_TOPIC: &str = "NotFound";

/// What stands in the place of a subscription's ARN until its receiver has confirmed it.
///
/// <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>
const PENDING: &str = "PendingConfirmation";

pub(super) fn subscriptions(topic: &str, next: Option<String>) -> Call {
    let mut parameters = vec![("TopicArn".to_owned(), topic.to_owned())];
    parameters.extend(next.map(|next| ("NextToken".to_owned(), next)));
    Call::Query {
        action: "ListSubscriptionsByTopic",
        version: "2010-03-31",
        parameters,
    }
}

pub(super) fn read_subscriptions(response: &Response) -> Result<Page<Subscription>, SignedError> {
    let answer = response.xml()?;
    let result = answer
        .child("ListSubscriptionsByTopicResult")
        .ok_or_else(|| response.unreadable("no list of subscriptions"))?;
    let items = result
        .items("Subscriptions", "member")
        .map(|one| {
            let endpoint = one.child_text("Endpoint")?.to_owned();
            let is_confirmed = one.child_text("SubscriptionArn")? != PENDING;
            Some(Subscription {
                endpoint,
                is_confirmed,
            })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| response.unreadable("a subscription without endpoint or ARN"))?;
    Ok(Page {
        items,
        next: result.child_text("NextToken").map(str::to_owned),
    })
}
