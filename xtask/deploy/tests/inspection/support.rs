//! The environment of the tests, and a CloudFormation that only shows stacks.

use std::path::Path;
use std::sync::OnceLock;

use cloudformation::status::StackStatus;
use cloudformation::{
    ChangeSet, ChangeSetId, ChangeSetNameOrId, ChangeSetRequest, ClientError, ClientResult,
    ClientToken, CloudFormation, ExportName, Identity, LogicalId, Output, Page, Stack, StackEvent,
    StackName, StackNameOrId, StackResource, ValidationFinding,
};
use common::Definition;
use common::assembly::Assembly;
use common::environment::{Environment, EnvironmentName};
use deploy::release::rollback::IMAGE_PARAMETER;
use deploy::report::{Line, OutputStyle, page};
use deploy::timestamp::Timestamp;

pub(crate) const WIDE: OutputStyle = OutputStyle {
    colour: false,
    unicode: true,
    width: 80,
};

pub(crate) const NARROW: OutputStyle = OutputStyle { width: 40, ..WIDE };

pub(crate) fn text(lines: &[Line], style: OutputStyle) -> String {
    page(lines, style).to_string()
}

/// The first of March 2026.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_772_323_200);

pub(crate) fn staging() -> Environment {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspection/fixture");
    let definition = Definition::load(&fixture).unwrap_or_else(|errors| panic!("{errors}"));
    let staging = definition.environment(EnvironmentName::Staging);
    staging.unwrap().clone()
}

/// Staging's stacks, made once for all tests: it takes as long as a hundred of them.
pub(crate) fn assembly() -> Assembly {
    static ASSEMBLY: OnceLock<Assembly> = OnceLock::new();
    ASSEMBLY.get_or_init(|| synthesized(&staging())).clone()
}

fn synthesized(environment: &Environment) -> Assembly {
    let mut stacks = network_stack::stacks(environment).unwrap();
    stacks.extend(loadbalancer_stack::stacks(environment).unwrap());
    stacks.extend(ecs_stack::stacks(environment).unwrap());
    stacks.extend(cicd_stack::stacks(environment).unwrap());
    Assembly::new(environment, stacks).unwrap()
}

/// A CloudFormation that is only looked at.
pub(crate) struct Stacks {
    pub(crate) identity: fn() -> ClientResult<Identity>,
    pub(crate) stacks: Vec<Stack>,
    pub(crate) denies: bool,
}

impl Default for Stacks {
    fn default() -> Self {
        Self {
            identity: || Ok(me("444455556666")),
            stacks: Vec::new(),
            denies: false,
        }
    }
}

pub(crate) fn me(account: &str) -> Identity {
    Identity {
        account: account.to_owned(),
        arn: format!("arn:aws:sts::{account}:assumed-role/operator/ada"),
        ..Identity::default()
    }
}

pub(crate) fn stack(name: &str, status: StackStatus, outputs: &[(&str, &str)]) -> Stack {
    Stack {
        id: format!("arn:aws:cloudformation:eu-west-1:444455556666:stack/{name}/1").into(),
        name: name.into(),
        status,
        created: "2026-02-01T00:00:00Z".to_owned(),
        outputs: outputs
            .iter()
            .map(|(key, value)| Output {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                ..Output::default()
            })
            .collect(),
        ..Stack::default()
    }
}

/// What every service runs.
pub(crate) const RUNS: &str =
    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

pub(crate) fn deployed(assembly: &Assembly) -> Vec<Stack> {
    let complete = StackStatus::CreateComplete;
    let view = |name: &str| match name.ends_with("-network") {
        true => stack(name, complete.clone(), &[("Vpc", "vpc-0b0b0b0b0b0b0b0b0")]),
        false if name.contains("-service-") => {
            let mut service = stack(name, complete.clone(), &[]);
            let parameters = [(IMAGE_PARAMETER.to_owned(), RUNS.to_owned())];
            service.parameters.extend(parameters);
            service
        }
        false => stack(name, complete.clone(), &[]),
    };
    let stacks = assembly.stacks.iter();
    stacks.map(|stack| view(stack.name.as_str())).collect()
}

fn unexpected<T>() -> ClientResult<T> {
    Err(ClientError::Invalid("not read by these tests".into()))
}

impl CloudFormation for Stacks {
    async fn identity(&self) -> ClientResult<Identity> {
        (self.identity)()
    }

    async fn stacks(&self, next: Option<String>) -> ClientResult<Page<Stack>> {
        if self.denies {
            return Err(ClientError::AccessDenied(
                "cloudformation:DescribeStacks".into(),
            ));
        }
        let begin: usize = next.map_or(0, |next| next.parse().unwrap());
        let end = (begin + 5).min(self.stacks.len());
        Ok(Page {
            items: self.stacks[begin..end].to_vec(),
            next: (end < self.stacks.len()).then(|| end.to_string()),
        })
    }

    async fn stack(&self, _: impl Into<StackNameOrId> + Send) -> ClientResult<Option<Stack>> {
        unexpected()
    }
    async fn template(&self, _: impl Into<StackNameOrId> + Send) -> ClientResult<String> {
        unexpected()
    }
    async fn importers(&self, _: &ExportName, _: Option<String>) -> ClientResult<Page<StackName>> {
        unexpected()
    }
    async fn stack_policy(
        &self,
        _: impl Into<StackNameOrId> + Send,
    ) -> ClientResult<Option<String>> {
        unexpected()
    }
    async fn resources(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: Option<String>,
    ) -> ClientResult<Page<StackResource>> {
        unexpected()
    }
    async fn events(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: Option<String>,
    ) -> ClientResult<Page<StackEvent>> {
        unexpected()
    }
    async fn create_change_set(&self, _: &ChangeSetRequest) -> ClientResult<ChangeSetId> {
        unexpected()
    }
    async fn change_set(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: impl Into<ChangeSetNameOrId> + Send,
        _: Option<String>,
    ) -> ClientResult<Option<ChangeSet>> {
        unexpected()
    }
    async fn validation(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: &ChangeSetId,
        _: Option<String>,
    ) -> ClientResult<Page<ValidationFinding>> {
        unexpected()
    }
    async fn execute_change_set(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: impl Into<ChangeSetNameOrId> + Send,
        _: &ClientToken,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn delete_change_set(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: impl Into<ChangeSetNameOrId> + Send,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn delete_stack(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: &[LogicalId],
        _: Option<&str>,
        _: &ClientToken,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn continue_update_rollback(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: &[LogicalId],
        _: &ClientToken,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn roll_back(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: &ClientToken,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn cancel_update(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: &ClientToken,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn set_stack_policy(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: &str,
    ) -> ClientResult<()> {
        unexpected()
    }
    async fn set_termination_protection(
        &self,
        _: impl Into<StackNameOrId> + Send,
        _: bool,
    ) -> ClientResult<()> {
        unexpected()
    }
}
