//! From an answer to XML.
//!
//! One function for each operation, in the files of what they are about. Elements stand in the
//! order of the API reference. Which empty lists are there and which are left out follows what
//! CloudFormation really answers, as far as public output of its clients shows.

mod change_sets;
mod drift;
mod operation_events;
mod resources;
mod stacks;
mod templates;

use cloudformation::Identity;

use super::error;
use super::operation::Operation;
use super::xml::Xml;
use crate::api::{Answer, ApiError};

/// Writes the answer to an operation.
///
/// # Errors
/// When the answer is not one to this operation: a bug of the caller, reported as a real
/// service reports its own.
pub fn write(operation: Operation, answer: &Answer, request_id: &str) -> Result<String, ApiError> {
    let mut fits = true;
    let name = operation.name();
    let namespace = operation.service().namespace();
    let text = Xml::document(&format!("{name}Response"), namespace, |xml| {
        // Two kinds of operations have nothing to say: with an empty result, and without one.
        if has_result(operation) {
            xml.nested(&format!("{name}Result"), |xml| {
                fits = result(xml, operation, answer);
            });
        } else {
            fits = matches!(answer, Answer::Done);
        }
        xml.nested("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
    if fits {
        Ok(text)
    } else {
        Err(error::internal_failure(format!(
            "the answer to {name} is not one"
        )))
    }
}

const fn has_result(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::DeleteStack
            | Operation::CancelUpdateStack
            | Operation::SetStackPolicy
            | Operation::SignalResource
    )
}

/// Writes what is in the result; whether the answer is one to this operation.
fn result(xml: &mut Xml, operation: Operation, answer: &Answer) -> bool {
    use Operation as O;
    match (operation, answer) {
        (O::GetCallerIdentity, Answer::Identity(identity)) => caller_identity(xml, identity),
        (O::DescribeStacks, Answer::Stacks(page)) => stacks::described(xml, page),
        (O::ListStacks, Answer::StackSummaries(page)) => stacks::listed(xml, page),
        (O::UpdateTerminationProtection, Answer::StackId(id)) => xml.text("StackId", id),
        (O::CreateStack | O::UpdateStack | O::RollbackStack, Answer::Started { stack_id, id }) => {
            xml.text("StackId", stack_id);
            xml.text("OperationId", id);
        }
        (O::ContinueUpdateRollback | O::ExecuteChangeSet | O::DeleteChangeSet, Answer::Done) => {}
        (O::GetStackPolicy, Answer::Policy(policy)) => {
            xml.optional("StackPolicyBody", policy.as_deref());
        }
        (O::CreateChangeSet, Answer::ChangeSetId { id, stack_id }) => {
            xml.text("Id", id);
            xml.text("StackId", stack_id);
        }
        (O::DescribeChangeSet, Answer::ChangeSet(set)) => change_sets::described(xml, set),
        (O::ListChangeSets, Answer::ChangeSets(page)) => change_sets::listed(xml, page),
        (O::DescribeStackEvents, Answer::Events(page)) => resources::events(xml, page),
        (O::DescribeEvents, Answer::OperationEvents(page)) => operation_events::events(xml, page),
        (O::DescribeStackResource, Answer::Resources(page)) => return resources::one(xml, page),
        (O::DescribeStackResources, Answer::Resources(page)) => resources::described(xml, page),
        (O::ListStackResources, Answer::Resources(page)) => resources::listed(xml, page),
        (O::GetTemplate, Answer::Template(body)) => templates::template(xml, body),
        (O::GetTemplateSummary, Answer::TemplateSummary(it)) => templates::summary(xml, it),
        (O::ValidateTemplate, Answer::TemplateSummary(it)) => templates::validated(xml, it),
        (O::ListExports, Answer::Exports(page)) => templates::exports(xml, page),
        (O::ListImports, Answer::Imports(page)) => templates::imports(xml, page),
        (O::DetectStackDrift, Answer::DriftDetectionId(id)) => {
            xml.text("StackDriftDetectionId", id);
        }
        (O::DescribeStackDriftDetectionStatus, Answer::DriftDetection(detection)) => {
            drift::detection(xml, detection);
        }
        (O::DescribeStackResourceDrifts, Answer::ResourceDrifts(page)) => {
            drift::resources(xml, page);
        }
        _ => return false,
    }
    true
}

fn caller_identity(xml: &mut Xml, identity: &Identity) {
    xml.text("Arn", &identity.arn);
    xml.text("UserId", &identity.user_id);
    xml.text("Account", &identity.account);
}
