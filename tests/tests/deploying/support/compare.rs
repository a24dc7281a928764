//! What is deployed, beside what is defined.

use cloudformation::Stack;
use common::assembly::Assembly;
use common::stack::StackArtifact;
use deploy::plan::Request;
use deploy::reconcile::ReconcileOutcome;

use super::plans::Aim;
use super::world::World;

/// How a stack is not what is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The stack's name.
    pub(crate) stack: String,
    /// What is different.
    pub(crate) what: String,
}

impl Difference {
    pub(crate) fn of(stack: &str, what: String) -> Self {
        Self {
            stack: stack.to_owned(),
            what,
        }
    }

    /// Whether the stack is defined.
    pub(crate) fn is_defined(&self, assembly: &Assembly) -> bool {
        let mut stacks = assembly.stacks.iter();
        stacks.any(|stack| stack.name.as_str() == self.stack)
    }
}

impl World {
    /// That what is deployed is what is defined, whole, and nothing is left over.
    #[track_caller]
    pub(crate) fn is_as_defined(&self, assembly: &Assembly) {
        let differences = self.differences(assembly);
        assert!(differences.is_empty(), "{differences:#?}");
    }

    /// How what is deployed is not what is defined.
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
            let name = artifact.name.as_str();
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

    /// How a stack is not what is defined.
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
            .filter(|set| set.execution_status == "AVAILABLE" && self.is_answerable(&set.name));
        differences.extend(left.map(|set| format!("has {set:?} left over")));
        differences
    }
}

/// That a second run has nothing to do.
#[track_caller]
pub(crate) fn nothing_is_left_to_do(world: &mut World, assembly: &Assembly, request: &Request) {
    let again = world.run(Aim::Deploy, assembly, request);
    match again.reconciled() {
        ReconcileOutcome::NoSteps { plan } => assert!(!plan.is_blocked(), "{:#?}", plan.findings),
        other => panic!("{other:#?}"),
    }
    assert!(again.calls.iter().all(|call| !call.operation.writes()));
}
