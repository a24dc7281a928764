//! Asks what concerns delivery: connections, secrets, pipelines.

use std::collections::BTreeMap;

use common::environment::ConnectionArn;
use futures_util::future::join_all;

use super::asked::Asked;
use super::asker::Asker;
use super::found::Pipeline;
use super::question;
use crate::services::{Connection, ExecutionStatus, Secret, Services};

impl<S: Services> Asker<'_, S> {
    pub(super) async fn connection(&self, arn: &ConnectionArn) -> Asked<Option<Connection>> {
        let action = match arn.service() {
            "codestar-connections" => "codestar-connections:GetConnection",
            _ => "codeconnections:GetConnection",
        };
        self.ask(action, self.services.connection(arn.as_str()))
            .await
    }

    /// Only where a workflow promotes: nothing else is vouched for.
    pub(super) async fn identity_provider(&self) -> Option<Asked<bool>> {
        let arn = question::identity_provider(self.environment)?;
        let call = self.services.has_identity_provider(&arn);
        Some(self.ask("iam:GetOpenIDConnectProvider", call).await)
    }

    /// A list may be some minutes old, so whatever looks as if it had no value is asked for again.
    pub(super) async fn secrets(&self) -> Asked<BTreeMap<String, Secret>> {
        let expected = question::secrets(self.environment);
        if expected.is_empty() {
            return Ok(BTreeMap::new());
        }
        let prefix = self.environment.names().secret_prefix();
        let listed = self
            .pages("secretsmanager:ListSecrets", |next| {
                self.services.secrets(&prefix, next)
            })
            .await?;
        let mut secrets: BTreeMap<String, Secret> = listed
            .into_iter()
            .map(|secret| (secret.name.clone(), secret))
            .collect();
        let is_well = |secret: &Secret| secret.has_value && !secret.is_deleted;
        let again = expected
            .into_keys()
            .filter(|name| !secrets.get(name).is_some_and(is_well))
            .map(|name| async move {
                let call = self.services.secret(&name);
                let secret = self.ask("secretsmanager:DescribeSecret", call).await;
                secret.map(|secret| (name.clone(), secret))
            });
        for asked in join_all(again).await {
            match asked? {
                (_, Some(secret)) => secrets.insert(secret.name.clone(), secret),
                (name, None) => secrets.remove(&name),
            };
        }
        Ok(secrets)
    }

    pub(super) async fn pipelines(&self) -> BTreeMap<String, Asked<Option<Pipeline>>> {
        let asked = question::pipelines(self.environment)
            .into_iter()
            .map(|name| async move {
                let pipeline = self.pipeline(&name).await;
                (name, pipeline)
            });
        join_all(asked).await.into_iter().collect()
    }

    async fn pipeline(&self, name: &str) -> Asked<Option<Pipeline>> {
        let executions = self
            .ask(
                "codepipeline:ListPipelineExecutions",
                self.services.executions(name),
            )
            .await?;
        let Some(executions) = executions else {
            return Ok(None);
        };
        let is_well = executions
            .first()
            .is_none_or(|last| last.status == ExecutionStatus::Succeeded);
        let stages = if is_well {
            None
        } else {
            let call = self.services.stages(name);
            self.ask("codepipeline:GetPipelineState", call).await?
        };
        Ok(Some(Pipeline {
            executions,
            stages: stages.unwrap_or_default(),
        }))
    }
}
