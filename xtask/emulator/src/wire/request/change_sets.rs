//! Requests about change sets.

use cloudformation::{ChangeSetType, ResourceToImport};

use super::stacks::token;
use super::target::target;
use crate::api::Action;
use crate::wire::error;
use crate::wire::reader::Reader;
use crate::wire::rule;

const FAILURE_MODES: &[(&str, ())] = &[("DO_NOTHING", ()), ("ROLLBACK", ()), ("DELETE", ())];

const TYPES: &[(&str, ChangeSetType)] = &[
    ("CREATE", ChangeSetType::Create),
    ("UPDATE", ChangeSetType::Update),
    ("IMPORT", ChangeSetType::Import),
];

pub(super) fn create(reader: &mut Reader<'_>) -> Action {
    reader.count("ResourcesToImport", 0..=200);
    reader.choice("OnStackFailure", FAILURE_MODES);
    reader.choice("DeploymentMode", &[("REVERT_DRIFT", ())]);
    // `IncludeNestedStacks` is passed over: a template with a nested stack is refused.
    reader.not_modelled(&["OnStackFailure", "DeploymentMode"]);
    Action::CreateChangeSet {
        target: target(
            reader,
            &rule::STACK,
            ("ClientToken", &rule::CHANGE_SET_TOKEN),
        ),
        name: reader.required("ChangeSetName", &rule::NEW_CHANGE_SET),
        kind: reader
            .choice("ChangeSetType", TYPES)
            .unwrap_or(ChangeSetType::Update),
        description: reader.optional("Description", &rule::DESCRIPTION),
        import_existing: reader.flag("ImportExistingResources").unwrap_or(false),
        imports: imports(reader),
    }
}

fn imports(reader: &mut Reader<'_>) -> Vec<ResourceToImport> {
    let members = reader.members("ResourcesToImport").unwrap_or_default();
    let read = |member: &String| ResourceToImport {
        logical_id: reader
            .required(&format!("{member}.LogicalResourceId"), &rule::ANY)
            .into(),
        resource_type: reader.required(&format!("{member}.ResourceType"), &rule::RESOURCE_TYPE),
        identifier: reader
            .entries(&format!("{member}.ResourceIdentifier"))
            .into_iter()
            .collect(),
    };
    members.iter().map(read).collect()
}

/// Which change set, and of which stack: a name alone is not enough.
fn which(reader: &mut Reader<'_>) -> (String, Option<String>) {
    let change_set = reader.required("ChangeSetName", &rule::CHANGE_SET);
    let stack = reader.optional("StackName", &rule::STACK);
    if stack.is_none() && !change_set.starts_with("arn:") {
        reader.refuse(error::validation(
            "StackName must be specified if ChangeSetName is not specified as an ARN.",
        ));
    }
    (change_set, stack)
}

pub(super) fn describe(reader: &mut Reader<'_>) -> Action {
    let (change_set, stack) = which(reader);
    Action::DescribeChangeSet {
        change_set,
        stack,
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
        values: reader.flag("IncludePropertyValues").unwrap_or(false),
    }
}

pub(super) fn list(reader: &mut Reader<'_>) -> Action {
    Action::ListChangeSets {
        stack: reader.required("StackName", &rule::STACK),
        next: reader.optional("NextToken", &rule::NEXT_TOKEN),
    }
}

pub(super) fn execute(reader: &mut Reader<'_>) -> Action {
    reader.not_modelled(&["RetainExceptOnCreate"]);
    let (change_set, stack) = which(reader);
    Action::ExecuteChangeSet {
        change_set,
        stack,
        disable_rollback: reader.flag("DisableRollback").unwrap_or(false),
        token: token(reader),
    }
}

pub(super) fn delete(reader: &mut Reader<'_>) -> Action {
    let (change_set, stack) = which(reader);
    Action::DeleteChangeSet { change_set, stack }
}
