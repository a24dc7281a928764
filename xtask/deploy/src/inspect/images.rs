//! Asks which images applications run, and what their repositories hold.

use std::collections::BTreeMap;

use cloudformation::Stack;
use common::naming::StackKind;

use super::asked::Asked;
use super::asker::Asker;
use super::crowd::all;
use super::found::RunningImage;
use crate::images::IMAGE_PARAMETER;
use crate::services::Services;

impl<S: Services> Asker<'_, S> {
    /// Of applications whose service is deployed: it says what it runs.
    pub(super) async fn images(
        &self,
        stacks: &Asked<BTreeMap<String, Stack>>,
    ) -> Vec<RunningImage> {
        let Ok(stacks) = stacks else {
            return Vec::new();
        };
        let names = self.environment.names();
        let asked = self.environment.applications.iter().filter_map(|one| {
            let stack = names.stack(&StackKind::Service(one.name.clone()));
            let digest = stacks
                .get(stack.as_str())?
                .parameters
                .get(IMAGE_PARAMETER)?;
            let repository = names.repository(&one.name);
            Some(async move {
                let account = self.environment.account.as_str();
                let held = self.pages("ecr:DescribeImages", |next| {
                    self.services.images(account, &repository, next)
                });
                RunningImage {
                    application: one.name.clone(),
                    digest: digest.clone(),
                    held: held.await,
                }
            })
        });
        all(asked).await
    }
}
