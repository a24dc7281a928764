//! What is to be seen of a cloud, whoever asks for it.

use std::collections::BTreeMap;

use cloudformation::{Page, Stack, StackEvent};
use common::assembly::Assembly;
use emulator::api::{Action, Answer, ChangeSetSummary};

use super::world::World;

impl World {
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

    /// Every stack that is somebody's concern, by name.
    pub(crate) fn stacks(&self, assembly: &Assembly) -> BTreeMap<String, Stack> {
        let mut stacks = self.every_stack(assembly);
        stacks.retain(|name, _| !self.others.contains(name));
        stacks
    }

    /// Every stack, by name.
    pub(crate) fn every_stack(&self, assembly: &Assembly) -> BTreeMap<String, Stack> {
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

    /// A stack, by name or id.
    pub(crate) fn stack(&self, assembly: &Assembly, stack: &str) -> Option<Stack> {
        let action = Action::DescribeStacks {
            stack: Some(stack.to_owned()),
            next: None,
        };
        match self.ask(assembly, &action).ok()? {
            Answer::Stacks(mut page) => page.items.pop(),
            other => panic!("{other:?}"),
        }
    }

    /// The ids of all stacks that are or were there.
    pub(crate) fn stack_ids(&self, assembly: &Assembly) -> Vec<String> {
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
    pub(crate) fn events(&self, assembly: &Assembly, stack: &str) -> Vec<StackEvent> {
        let mut events = self.pages(
            assembly,
            |next| Action::DescribeStackEvents {
                stack: stack.to_owned(),
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
    pub(crate) fn own_events(&self, assembly: &Assembly, stack: &str) -> Vec<StackEvent> {
        let mut events = self.events(assembly, stack);
        events.retain(|event| {
            event.resource_type == "AWS::CloudFormation::Stack"
                && event.physical_id.as_deref() == Some(stack)
        });
        events
    }

    /// The change sets of a stack.
    pub(crate) fn change_sets(&self, assembly: &Assembly, stack: &str) -> Vec<ChangeSetSummary> {
        self.pages(
            assembly,
            |next| Action::ListChangeSets {
                stack: stack.to_owned(),
                next,
            },
            |answer| match answer {
                Answer::ChangeSets(page) => Some(page),
                _ => None,
            },
        )
    }

    /// What a stack was made from.
    pub(crate) fn template(&self, assembly: &Assembly, stack: &str) -> String {
        let action = Action::GetTemplate {
            stack: Some(stack.to_owned()),
            change_set: None,
        };
        match self.call(assembly, &action) {
            Answer::Template(template) => template,
            other => panic!("{other:?}"),
        }
    }

    /// A stack's policy.
    pub(crate) fn policy(&self, assembly: &Assembly, stack: &str) -> Option<String> {
        let action = Action::GetStackPolicy {
            stack: stack.to_owned(),
        };
        match self.call(assembly, &action) {
            Answer::Policy(policy) => policy,
            other => panic!("{other:?}"),
        }
    }

    /// What was begun with each stack that was ever there, by name: the statuses that begin something.
    pub(crate) fn operations(&self, assembly: &Assembly) -> BTreeMap<String, Vec<String>> {
        let mut operations: BTreeMap<String, Vec<String>> = BTreeMap::new();
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
                stack: name.clone(),
                logical_id: None,
            };
            let Answer::Resources(page) = self.call(assembly, &action) else {
                panic!("resources were asked for");
            };
            for resource in page.items {
                let key = format!("{name}/{}", resource.logical_id);
                ids.insert(key, resource.physical_id.unwrap_or_default());
            }
        }
        ids
    }
}
