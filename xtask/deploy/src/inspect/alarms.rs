//! Asks who gets alarms.

use std::collections::BTreeMap;

use super::asked::{Asked, Unanswered};
use super::asker::Asker;
use super::question;
use crate::services::{Pages, Services, Subscription};
use futures_util::future::join_all;

impl<S: Services> Asker<'_, S> {
    pub(super) async fn alarm_receivers(
        &self,
    ) -> BTreeMap<String, Asked<Option<Vec<Subscription>>>> {
        let asked =
            question::alarm_topics(self.environment)
                .into_iter()
                .map(|(topic, _)| async move {
                    let subscriptions = self.subscriptions(&topic).await;
                    (topic, subscriptions)
                });
        join_all(asked).await.into_iter().collect()
    }

    async fn subscriptions(&self, topic: &str) -> Asked<Option<Vec<Subscription>>> {
        const ACTION: &str = "sns:ListSubscriptionsByTopic";
        let mut subscriptions = Vec::new();
        let mut pages = Pages::default();
        let mut next = None;
        loop {
            let call = self.services.subscriptions(topic, next);
            let Some(page) = self.ask(ACTION, call).await? else {
                return Ok(None);
            };
            subscriptions.extend(page.items);
            let following = pages.next(page.next);
            next = following.map_err(|error| Unanswered::of(ACTION, &error))?;
            if next.is_none() {
                return Ok(Some(subscriptions));
            }
        }
    }
}
