//! A client of a cloud, with short names for what tests do.

use std::collections::BTreeMap;

use cloudformation::status::StackStatus;
use cloudformation::{
    Capability, ChangeAction, ChangeSetType, LogicalId, Parameter, ParameterValue, Replacement,
    Stack, StackEvent, StackResource, Tag,
};
use emulator::api::{
    Action, Answer, ApiError, Caller, Change, ChangeSetDescription, OnFailure, Target,
    TemplateInput, Time,
};
use emulator::{Cloud, Effect, Fault, Options, ResourceOperation};
use serde_json::{Value, json};

pub(crate) struct Client {
    pub(crate) cloud: Cloud,
    pub(crate) now: Time,
    pub(crate) caller: Caller,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self {
            cloud: Cloud::new(options),
            now: Time(1_767_225_600_000),
            caller: Caller {
                account: "111122223333".to_owned(),
                region: "eu-west-1".to_owned(),
            },
        }
    }

    pub(crate) fn call(&mut self, action: &Action) -> Result<Answer, ApiError> {
        self.cloud.call(self.now, &self.caller, action)
    }

    /// Processes every scheduled event.
    pub(crate) fn settle(&mut self) {
        self.now = self.cloud.settle().max(self.now);
    }

    /// Advances the time.
    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now = Time(self.now.0 + seconds * 1000);
        self.cloud.advance(self.now);
    }

    pub(crate) fn create(&mut self, name: &str, template: &Value) -> Result<Answer, ApiError> {
        self.call(&create(target(name, template)))
    }

    pub(crate) fn update(&mut self, name: &str, template: &Value) -> Result<Answer, ApiError> {
        self.call(&update(target(name, template)))
    }

    pub(crate) fn delete(&mut self, name: &str) -> Result<Answer, ApiError> {
        self.call(&Action::DeleteStack {
            stack: name.to_owned(),
            retain: Vec::new(),
            role: None,
            token: None,
        })
    }

    /// Creates a stack that is expected to work.
    pub(crate) fn created(&mut self, name: &str, template: &Value) {
        self.create(name, template).unwrap();
        self.settle();
        assert_eq!(
            self.status(name),
            "CREATE_COMPLETE",
            "{:#?}",
            self.failures(name)
        );
    }

    /// Updates a stack that is expected to work.
    pub(crate) fn updated(&mut self, name: &str, template: &Value) {
        self.update(name, template).unwrap();
        self.settle();
        assert_eq!(
            self.status(name),
            "UPDATE_COMPLETE",
            "{:#?}",
            self.failures(name)
        );
    }

    pub(crate) fn find(&mut self, name: &str) -> Result<Stack, ApiError> {
        match self.call(&Action::DescribeStacks {
            stack: Some(name.to_owned()),
            next: None,
        })? {
            Answer::Stacks(mut page) => Ok(page.items.remove(0)),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn stack(&mut self, name: &str) -> Stack {
        self.find(name).unwrap()
    }

    pub(crate) fn status(&mut self, name: &str) -> StackStatus {
        self.stack(name).status
    }

    pub(crate) fn output(&mut self, name: &str, key: &str) -> String {
        self.stack(name)
            .outputs
            .into_iter()
            .find(|output| output.key == key)
            .unwrap()
            .value
    }

    pub(crate) fn resources(&mut self, name: &str) -> BTreeMap<LogicalId, StackResource> {
        match self
            .call(&Action::DescribeStackResources {
                stack: name.to_owned(),
                logical_id: None,
            })
            .unwrap()
        {
            Answer::Resources(page) => page
                .items
                .into_iter()
                .map(|resource| (resource.logical_id.clone(), resource))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn physical(&mut self, name: &str, logical_id: &str) -> String {
        self.resources(name)[logical_id]
            .physical_id
            .clone()
            .unwrap()
            .into()
    }

    /// Oldest first, all pages.
    pub(crate) fn events(&mut self, name: &str) -> Vec<StackEvent> {
        let mut events = Vec::new();
        let mut next = None;
        loop {
            match self
                .call(&Action::DescribeStackEvents {
                    stack: name.to_owned(),
                    next: next.clone(),
                })
                .unwrap()
            {
                Answer::Events(page) => {
                    events.extend(page.items);
                    next = page.next;
                }
                other => panic!("{other:?}"),
            }
            if next.is_none() {
                events.reverse();
                return events;
            }
        }
    }

    /// The history as lines: logical id, status, reason.
    pub(crate) fn history(&mut self, name: &str) -> Vec<String> {
        self.events(name)
            .into_iter()
            .map(|event| {
                let reason = event
                    .reason
                    .map(|reason| format!(": {reason}"))
                    .unwrap_or_default();
                format!("{} {}{reason}", event.logical_id, event.status)
            })
            .collect()
    }

    pub(crate) fn failures(&mut self, name: &str) -> Vec<String> {
        self.history(name)
            .into_iter()
            .filter(|line| line.contains("FAILED") || line.contains("ROLLBACK"))
            .collect()
    }

    pub(crate) fn fail(&mut self, logical_id: &str, on: ResourceOperation, times: Option<u32>) {
        self.cloud.add_fault(Fault {
            stack: None,
            logical_id: Some(logical_id.to_owned()),
            resource_type: None,
            on,
            times,
            effect: Effect::Fail {
                reason: "it is broken".to_owned(),
            },
        });
    }

    pub(crate) fn change_set(&mut self, action: &Action) -> ChangeSetDescription {
        let Answer::ChangeSetId { id, .. } = self.call(action).unwrap() else {
            panic!("no change set");
        };
        self.settle();
        self.described(&id)
    }

    pub(crate) fn described(&mut self, id: &str) -> ChangeSetDescription {
        match self
            .call(&Action::DescribeChangeSet {
                change_set: id.to_owned(),
                stack: None,
                next: None,
                values: true,
            })
            .unwrap()
        {
            Answer::ChangeSet(set) => *set,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn execute(&mut self, set: &ChangeSetDescription) -> Result<Answer, ApiError> {
        self.call(&Action::ExecuteChangeSet {
            change_set: set.summary.id.clone(),
            stack: None,
            disable_rollback: false,
            token: None,
        })
    }
}

pub(crate) fn target(name: &str, template: &Value) -> Target {
    Target {
        stack: name.to_owned(),
        template: TemplateInput::Body(template.to_string()),
        parameters: Vec::new(),
        capabilities: vec![Capability::Iam, Capability::NamedIam],
        tags: None,
        notification_arns: None,
        role: None,
        token: None,
    }
}

pub(crate) fn with_parameters(mut target: Target, parameters: &[(&str, Option<&str>)]) -> Target {
    target.parameters = parameters
        .iter()
        .map(|(key, value)| Parameter {
            name: (*key).to_owned(),
            value: match value {
                Some(value) => ParameterValue::Given((*value).to_owned()),
                None => ParameterValue::Previous,
            },
        })
        .collect();
    target
}

pub(crate) fn with_tags(mut target: Target, tags: &[(&str, &str)]) -> Target {
    target.tags = Some(
        tags.iter()
            .map(|(key, value)| Tag {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
            })
            .collect(),
    );
    target
}

pub(crate) fn create(target: Target) -> Action {
    Action::CreateStack {
        target,
        on_failure: OnFailure::RollBack,
        termination_protection: false,
        policy: None,
    }
}

pub(crate) fn update(target: Target) -> Action {
    Action::UpdateStack {
        target,
        disable_rollback: false,
        policy: None,
        policy_during_update: None,
    }
}

pub(crate) fn change_set(target: Target, name: &str, kind: ChangeSetType) -> Action {
    Action::CreateChangeSet {
        target,
        name: name.to_owned(),
        kind,
        description: None,
        import_existing: false,
        imports: Vec::new(),
    }
}

/// The changes as lines: action, logical id, replacement.
pub(crate) fn lines(set: &ChangeSetDescription) -> Vec<String> {
    set.changes.items.iter().map(line).collect()
}

pub(crate) fn line(change: &Change) -> String {
    let replacement = match (change.action, change.replacement) {
        (ChangeAction::Modify, Replacement::Always) => " True",
        (ChangeAction::Modify, Replacement::Conditional) => " Conditional",
        (ChangeAction::Modify, Replacement::Never) => " False",
        _ => "",
    };
    format!("{:?} {}{replacement}", change.action, change.logical_id)
}

/// A VPC with a subnet in it.
pub(crate) fn network() -> Value {
    json!({
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {
                "VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
        },
    })
}

/// A topic with this display name.
pub(crate) fn topic(display: &str) -> Value {
    json!({"Resources": {"Topic": {
        "Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}}}})
}

/// A stack that exports the name of a log group.
pub(crate) fn producer(export: &str, log_group: &str) -> Value {
    json!({
        "Resources": {"Logs": {
            "Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": log_group}}},
        "Outputs": {"Logs": {"Value": {"Ref": "Logs"}, "Export": {"Name": export}}},
    })
}

/// A stack that imports a name.
pub(crate) fn consumer(export: &str) -> Value {
    json!({"Resources": {"Topic": {
        "Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": export}}}}})
}
