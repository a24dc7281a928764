//! The state of an emulated account: what is deployed, what would be planned, and how it differs from
//! its definition.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::RateLimits;
use cloudformation::{Page, Stack, StackEvent, StackId, StackName};
use common::assembly::Assembly;
use common::stack::StackArtifact;
use deploy::observe::{self, Observed};
use deploy::orphans::{self, RebuildInput};
use deploy::plan::{Acknowledgement, Finding, Plan, Planned, Request};
use deploy::reconcile::ReconcileOutcome;
use emulator::api::{Action, Answer, ChangeSetSummary};
use emulator::port::Local;

use super::sandbox::{Goal, Sandbox, prefix, runtime};

impl Sandbox {
    /// Everything on the pages of a list.
    fn pages<T>(
        &self,
        assembly: &Assembly,
        ask: impl Fn(Option<String>) -> Action,
        page: impl Fn(Answer) -> Option<Page<T>>,
    ) -> Vec<T> {
        let mut items = Vec::new();
        let mut next = None;
        loop {
            let action = ask(next);
            let Some(page) = page(self.call(assembly, &action)) else {
                panic!("another answer to {action:?}");
            };
            items.extend(page.items);
            next = page.next;
            if next.is_none() {
                return items;
            }
        }
    }

    /// Every stack that is not ignored, by name.
    pub(crate) fn stacks(&self, assembly: &Assembly) -> BTreeMap<StackName, Stack> {
        let mut stacks = self.every_stack(assembly);
        stacks.retain(|name, _| !self.ignored.contains(name));
        stacks
    }

    pub(crate) fn every_stack(&self, assembly: &Assembly) -> BTreeMap<StackName, Stack> {
        let stacks = self.pages(
            assembly,
            |next| Action::DescribeStacks { stack: None, next },
            |answer| match answer {
                Answer::Stacks(page) => Some(page),
                _ => None,
            },
        );
        stacks
            .into_iter()
            .map(|stack| (stack.name.clone(), stack))
            .collect()
    }

    /// By name or id.
    pub(crate) fn stack(&self, assembly: &Assembly, stack: impl AsRef<str>) -> Option<Stack> {
        let action = Action::DescribeStacks {
            stack: Some(stack.as_ref().to_owned()),
            next: None,
        };
        match self.ask(assembly, &action).ok()? {
            Answer::Stacks(mut page) => page.items.pop(),
            other => panic!("{other:?}"),
        }
    }

    /// The ids of all stacks that are or were there.
    pub(crate) fn stack_ids(&self, assembly: &Assembly) -> Vec<StackId> {
        let summaries = self.pages(
            assembly,
            |next| Action::ListStacks {
                statuses: Vec::new(),
                next,
            },
            |answer| match answer {
                Answer::StackSummaries(page) => Some(page),
                _ => None,
            },
        );
        summaries.into_iter().map(|stack| stack.id).collect()
    }

    /// A stack's events, oldest first.
    pub(crate) fn events(&self, assembly: &Assembly, stack: impl AsRef<str>) -> Vec<StackEvent> {
        let mut events = self.pages(
            assembly,
            |next| Action::DescribeStackEvents {
                stack: stack.as_ref().to_owned(),
                next,
            },
            |answer| match answer {
                Answer::Events(page) => Some(page),
                _ => None,
            },
        );
        events.reverse();
        events
    }

    /// The events of a stack itself, oldest first. `stack` is its id.
    pub(crate) fn own_events(&self, assembly: &Assembly, stack: &StackId) -> Vec<StackEvent> {
        let mut events = self.events(assembly, stack);
        events.retain(|event| {
            event.resource_type == "AWS::CloudFormation::Stack" && event.is_of_stack(stack)
        });
        events
    }

    pub(crate) fn change_sets(
        &self,
        assembly: &Assembly,
        stack: impl AsRef<str>,
    ) -> Vec<ChangeSetSummary> {
        self.pages(
            assembly,
            |next| Action::ListChangeSets {
                stack: stack.as_ref().to_owned(),
                next,
            },
            |answer| match answer {
                Answer::ChangeSets(page) => Some(page),
                _ => None,
            },
        )
    }

    pub(crate) fn template(&self, assembly: &Assembly, stack: impl AsRef<str>) -> String {
        let action = Action::GetTemplate {
            stack: Some(stack.as_ref().to_owned()),
            change_set: None,
        };
        match self.call(assembly, &action) {
            Answer::Template(template) => template,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn policy(&self, assembly: &Assembly, stack: impl AsRef<str>) -> Option<String> {
        let action = Action::GetStackPolicy {
            stack: stack.as_ref().to_owned(),
        };
        match self.call(assembly, &action) {
            Answer::Policy(policy) => policy,
            other => panic!("{other:?}"),
        }
    }

    /// What was begun with each stack that was ever there, by name: the statuses that begin something.
    pub(crate) fn operations(&self, assembly: &Assembly) -> BTreeMap<StackName, Vec<String>> {
        let mut operations: BTreeMap<StackName, Vec<String>> = BTreeMap::new();
        for id in self.stack_ids(assembly) {
            for event in self.own_events(assembly, &id) {
                if event.status.is_in_progress() && event.status != "REVIEW_IN_PROGRESS" {
                    operations
                        .entry(event.stack_name)
                        .or_default()
                        .push(event.status.to_string());
                }
            }
        }
        operations
    }

    /// The physical ids of all resources, by stack and logical id.
    pub(crate) fn physical_ids(&self, assembly: &Assembly) -> BTreeMap<String, String> {
        let mut ids = BTreeMap::new();
        for name in self.stacks(assembly).into_keys() {
            let action = Action::DescribeStackResources {
                stack: name.to_string(),
                logical_id: None,
            };
            let Answer::Resources(page) = self.call(assembly, &action) else {
                panic!("resources were asked for");
            };
            for resource in page.items {
                let key = format!("{name}/{}", resource.logical_id);
                ids.insert(key, resource.physical_id.unwrap_or_default().into());
            }
        }
        ids
    }
}

/// How a stack differs from its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) stack: StackName,
    pub(crate) what: String,
}

impl Difference {
    pub(crate) fn of(stack: &StackName, what: String) -> Self {
        Self {
            stack: stack.clone(),
            what,
        }
    }

    pub(crate) fn is_defined(&self, assembly: &Assembly) -> bool {
        let mut stacks = assembly.stacks.iter();
        stacks.any(|stack| self.stack == stack.name)
    }
}

impl Sandbox {
    /// Asserts that all stacks are as defined, and that nothing is left over.
    #[track_caller]
    pub(crate) fn assert_as_defined(&self, assembly: &Assembly) {
        let differences = self.differences(assembly);
        assert!(differences.is_empty(), "{differences:#?}");
    }

    pub(crate) fn differences(&self, assembly: &Assembly) -> Vec<Difference> {
        let mut differences = Vec::new();
        let stacks = self.stacks(assembly);
        for name in stacks.keys() {
            let difference = Difference::of(name, "is not defined".to_owned());
            if !difference.is_defined(assembly) {
                differences.push(difference);
            }
        }
        for artifact in &assembly.stacks {
            let name = &StackName::from(&artifact.name);
            match stacks.get(name) {
                None => differences.push(Difference::of(name, "is missing".to_owned())),
                Some(stack) => differences.extend(
                    self.differences_of(assembly, artifact, stack)
                        .into_iter()
                        .map(|what| Difference::of(name, what)),
                ),
            }
        }
        differences
    }

    pub(crate) fn differences_of(
        &self,
        assembly: &Assembly,
        artifact: &StackArtifact,
        stack: &Stack,
    ) -> Vec<String> {
        let mut differences = Vec::new();
        let whole = [
            "CREATE_COMPLETE",
            "UPDATE_COMPLETE",
            "UPDATE_ROLLBACK_COMPLETE",
            "IMPORT_COMPLETE",
        ];
        if !whole.contains(&stack.status.as_str()) {
            differences.push(format!("is {}", stack.status));
        }
        let template = self.template(assembly, &stack.name);
        if Some(template.as_str()) != artifact.template.as_deref() {
            differences.push("has another template".to_owned());
        }
        if stack.termination_protection != artifact.termination_protection {
            differences.push("has another protection against deletion".to_owned());
        }
        let left = self
            .change_sets(assembly, &stack.name)
            .into_iter()
            .filter(|set| set.execution_status == "AVAILABLE" && self.must_be_discarded(&set.name));
        differences.extend(left.map(|set| format!("has {set:?} left over")));
        differences
    }
}

/// Asserts that a second run has nothing to do.
#[track_caller]
pub(crate) fn assert_nothing_to_do(sandbox: &mut Sandbox, assembly: &Assembly, request: &Request) {
    let again = sandbox.run(Goal::Deploy, assembly, request);
    match again.reconciled() {
        ReconcileOutcome::NoSteps { plan } => assert!(!plan.is_blocked(), "{:#?}", plan.findings),
        other => panic!("{other:#?}"),
    }
    assert!(again.calls.iter().all(|call| !call.operation.writes()));
}

impl Sandbox {
    /// What is asked for by `deploy --rebuild`: to take over what deleted stacks have left, as they
    /// have left it now.
    pub(crate) fn rebuild_request(&self, assembly: &Assembly) -> Request {
        Request {
            imports: self.left(assembly).imports,
            ..Request::default()
        }
    }

    pub(crate) fn left(&self, assembly: &Assembly) -> RebuildInput {
        let port = Local::new(self.cloud.clone(), self.settings(assembly));
        runtime().block_on(async {
            let prefix = prefix(assembly.environment);
            let observed = observe::observe(&port, &assembly.region, &prefix)
                .await
                .unwrap();
            orphans::rebuild_input(&port, assembly, &observed, &RateLimits::default())
                .await
                .unwrap()
        })
    }

    pub(crate) fn plan(&self, assembly: &Assembly, request: &Request) -> Box<Plan> {
        self.plan_of(Goal::Deploy, assembly, request)
    }

    pub(crate) fn plan_of(&self, goal: Goal, assembly: &Assembly, request: &Request) -> Box<Plan> {
        self.plan_seeing(goal, assembly, request, |_| {})
    }

    /// The plan for a modified observation.
    pub(crate) fn plan_seeing(
        &self,
        goal: Goal,
        assembly: &Assembly,
        request: &Request,
        instead: impl FnOnce(&mut Observed),
    ) -> Box<Plan> {
        let settings = self.settings(assembly);
        let cloud = self.cloud.clone();
        runtime().block_on(async {
            let port = Local::new(cloud, settings);
            let prefix = prefix(assembly.environment);
            let mut observed = observe::observe(&port, &assembly.region, &prefix)
                .await
                .unwrap();
            instead(&mut observed);
            loop {
                match goal.plan(assembly, &observed, request).unwrap() {
                    Planned::Plan(plan) => return plan,
                    Planned::Needs(needs) => {
                        observe::fetch(&port, &mut observed, &needs).await.unwrap();
                    }
                }
            }
        })
    }
}

/// A deployment of all stacks, images included.
pub(crate) fn full_request(assembly: &Assembly) -> Request {
    let image = format!("sha256:{}", "ab".repeat(32));
    Request {
        manual_stacks: true,
        parameters: assembly
            .stacks
            .iter()
            .filter(|stack| !stack.parameters.is_empty())
            .map(|stack| {
                let values = stack
                    .parameters
                    .iter()
                    .map(|name| (name.clone(), image.clone()));
                (StackName::from(&stack.name), values.collect())
            })
            .collect(),
        ..Request::default()
    }
}

/// The acknowledgements that a plan needs.
pub(crate) fn acknowledgements(plan: &Plan) -> BTreeSet<Acknowledgement> {
    plan.findings
        .iter()
        .filter(|finding| finding.is_blocking())
        .map(Finding::acknowledgement)
        .collect()
}
