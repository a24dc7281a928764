//! A console user who changes the environment's stacks at random.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cloudformation::{Parameter, StackName};
use common::assembly::Assembly;
use common::environment::EnvironmentName::Production;
use emulator::api::{Action, Target, TemplateInput};
use emulator::port::{Calm, Local, Operation, Past};
use emulator::{OutOfBandChange, port};
use serde_json::json;

use super::call_log::{Actor, CallLog, RecordingHook};
use crate::support::{Sandbox, caller};
use tests::chance::Chance;

/// A policy that guards nothing.
const OPEN: &str =
    r#"{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}"#;

pub(super) struct ConsoleUser<'a> {
    pub(super) assembly: &'a Assembly,
    /// Older and newer definitions, which may be deployed by hand.
    pub(super) others: Vec<&'a Assembly>,
    pub(super) chance: Chance,
    /// How often something is done.
    pub(super) actions: usize,
    pub(super) log: CallLog,
    pub(super) actor: Actor,
}

impl ConsoleUser<'_> {
    /// Calls that are refused do not matter.
    pub(super) async fn work(mut self, sandbox: &Sandbox, port: &Local) {
        for action in 0..self.actions {
            tokio::time::sleep(self.chance.within(Duration::from_secs(30))).await;
            let stacks = sandbox.stacks(self.assembly).into_keys();
            let stacks: Vec<String> = stacks.map(String::from).collect();
            let Some(stack) = self.chance.pick(&stacks).cloned() else {
                continue;
            };
            for action in self.action(action, &stack, sandbox) {
                let what = what(&action);
                // The log needs a name for it: any that writes will do.
                let operation = Operation::ExecuteChangeSet;
                if let Ok(Ok(_)) = port.call(operation, Some(&stack), action).await {
                    self.log.add(what);
                }
            }
        }
    }

    /// The user's way to the cloud.
    pub(super) fn client(
        &self,
        sandbox: &Sandbox,
        settings: port::Settings,
        past: Option<Past>,
    ) -> Local {
        let hooks = RecordingHook {
            log: self.log.clone(),
            actor: self.actor,
            other: Calm,
        };
        let local = Local::with_hooks(sandbox.cloud.clone(), settings, Arc::new(hooks));
        match past {
            Some(past) => local.with_past(past),
            None => local,
        }
    }

    fn action(&mut self, action: usize, stack: &str, sandbox: &Sandbox) -> Vec<Action> {
        let stack_of_it = || stack.to_owned();
        let protection = |enabled| Action::UpdateTerminationProtection {
            stack: stack_of_it(),
            enabled,
        };
        match self.chance.below(12) {
            0..=2 => self.by_hand(stack, |target| Action::UpdateStack {
                target,
                disable_rollback: false,
                policy: None,
                policy_during_update: None,
            }),
            3 => self.by_hand(stack, |target| Action::CreateChangeSet {
                target,
                name: format!("console-{action}"),
                kind: cloudformation::ChangeSetType::Update,
                description: None,
                import_existing: false,
                imports: Vec::new(),
            }),
            4 => vec![
                protection(false),
                Action::DeleteStack {
                    stack: stack_of_it(),
                    retain: Vec::new(),
                    role: None,
                    token: None,
                },
            ],
            // What is protected more than it has to be stays so, so that is not tried.
            5 | 6 => vec![protection(
                self.assembly.environment == Production && self.chance.permille(500),
            )],
            7 => vec![Action::SetStackPolicy {
                stack: stack_of_it(),
                policy: OPEN.to_owned(),
            }],
            8 => vec![Action::CancelUpdateStack {
                stack: stack_of_it(),
                token: None,
            }],
            9 => vec![Action::ContinueUpdateRollback {
                stack: stack_of_it(),
                skip: Vec::new(),
                token: None,
            }],
            10 => self.use_change_set(stack, sandbox),
            _ => {
                let tamper = OutOfBandChange::Change {
                    property: "Description".to_owned(),
                    value: Some(json!("changed by hand")),
                };
                let resources = sandbox.physical_ids(self.assembly);
                let of_it = format!("{stack}/");
                let mut ids = resources.keys().filter_map(|key| key.strip_prefix(&of_it));
                if let Some(id) = ids.next() {
                    let mut cloud = sandbox.cloud();
                    if cloud
                        .change_out_of_band(&caller(self.assembly), stack, id, &tamper)
                        .is_ok()
                    {
                        self.log.add("resources changed by hand");
                    }
                }
                Vec::new()
            }
        }
    }

    /// Another definition of the stack, deployed by hand.
    fn by_hand(&mut self, stack: &str, action: impl Fn(Target) -> Action) -> Vec<Action> {
        let Some(other) = self.chance.pick(&self.others) else {
            return Vec::new();
        };
        let found = other.stacks.iter().find(|one| one.name.as_str() == stack);
        let Some(template) = found.and_then(|one| one.template.as_deref()) else {
            return Vec::new();
        };
        vec![action(Target {
            stack: stack.to_owned(),
            template: TemplateInput::Body(template.to_owned()),
            parameters: Vec::<Parameter>::new(),
            capabilities: Vec::new(),
            tags: None,
            notification_arns: None,
            role: None,
            token: None,
        })]
    }

    /// Executes or deletes another caller's change set.
    fn use_change_set(&mut self, stack: &str, sandbox: &Sandbox) -> Vec<Action> {
        let sets = sandbox.change_sets(self.assembly, stack);
        let Some(set) = self.chance.pick(&sets).cloned() else {
            return Vec::new();
        };
        vec![if self.chance.permille(500) {
            Action::DeleteChangeSet {
                change_set: set.id,
                stack: None,
            }
        } else {
            Action::ExecuteChangeSet {
                change_set: set.id,
                stack: None,
                disable_rollback: self.chance.permille(300),
                token: None,
            }
        }]
    }
}

/// What a user does about the stacks that no run may touch, as the findings' hints say. Gives back
/// how many there were.
pub(super) fn help(sandbox: &Sandbox, assembly: &Assembly, asked: &BTreeSet<&StackName>) -> usize {
    let mut helped = 0;
    for (name, stack) in sandbox.stacks(assembly) {
        let never_whole = ["CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE"];
        let stuck = stack.status == "DELETE_FAILED";
        let protected =
            never_whole.contains(&stack.status.as_str()) && stack.termination_protection;
        if !asked.contains(&name) {
            continue;
        }
        if stuck || protected {
            helped += 1;
            let _ = sandbox.ask(
                assembly,
                &Action::UpdateTerminationProtection {
                    stack: name.to_string(),
                    enabled: false,
                },
            );
        }
        if stuck {
            let _ = sandbox.ask(
                assembly,
                &Action::DeleteStack {
                    stack: name.into(),
                    retain: Vec::new(),
                    role: None,
                    token: None,
                },
            );
            sandbox.settle();
        }
    }
    helped
}

/// What a user did.
const fn what(action: &Action) -> &'static str {
    match action {
        Action::UpdateStack { .. } => "updates by hand",
        Action::CreateChangeSet { .. } => "change sets made by hand",
        Action::DeleteStack { .. } => "deletions by hand",
        Action::UpdateTerminationProtection { .. } => "protections set by hand",
        Action::SetStackPolicy { .. } => "stack policies opened by hand",
        Action::CancelUpdateStack { .. } => "updates cancelled by hand",
        Action::ContinueUpdateRollback { .. } => "rollbacks continued by hand",
        Action::ExecuteChangeSet { .. } => "change sets executed by hand",
        Action::DeleteChangeSet { .. } => "change sets deleted by hand",
        _ => "other actions by hand",
    }
}
