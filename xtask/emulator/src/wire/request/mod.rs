//! From a form to an action.
//!
//! One function for each operation, in the files of what they are about. A parameter that CloudFormation
//! has and the model lacks is refused where leaving it out would change what happens, and passed
//! over where it wouldn't (notification topics, say).

mod change_sets;
mod resources;
mod stacks;
mod target;
mod templates;

use super::error;
use super::operation::Operation;
use super::query::Query;
use super::reader::Reader;
use crate::api::{Action, ApiError};

/// A request: which operation, and what it asks of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How it was asked, and so how it is answered. Some operations are one action of the model.
    pub operation: Operation,
    pub action: Action,
}

/// Reads a form.
///
/// # Errors
/// When it is none, names no known operation, or a parameter is missing or ill-formed.
pub fn read(form: &[u8]) -> Result<Request, ApiError> {
    let query = Query::decode(form).ok_or_else(error::malformed_query)?;
    let name = query.get("Action").ok_or_else(error::missing_action)?;
    let version = query.get("Version").unwrap_or_default();
    let operation =
        Operation::find(name, version).ok_or_else(|| error::invalid_action(name, version))?;
    let mut reader = Reader::new(&query);
    let action = action(operation, &mut reader);
    let action = reader.finish(action)?;
    Ok(Request { operation, action })
}

fn action(operation: Operation, reader: &mut Reader<'_>) -> Action {
    match operation {
        Operation::GetCallerIdentity => Action::GetCallerIdentity,
        Operation::DescribeStacks => stacks::describe(reader),
        Operation::ListStacks => stacks::list(reader),
        Operation::CreateStack => stacks::create(reader),
        Operation::UpdateStack => stacks::update(reader),
        Operation::DeleteStack => stacks::delete(reader),
        Operation::CancelUpdateStack => stacks::cancel_update(reader),
        Operation::ContinueUpdateRollback => stacks::continue_rollback(reader),
        Operation::RollbackStack => stacks::roll_back(reader),
        Operation::GetStackPolicy => stacks::policy(reader),
        Operation::SetStackPolicy => stacks::set_policy(reader),
        Operation::UpdateTerminationProtection => stacks::protect(reader),
        Operation::CreateChangeSet => change_sets::create(reader),
        Operation::DescribeChangeSet => change_sets::describe(reader),
        Operation::ListChangeSets => change_sets::list(reader),
        Operation::ExecuteChangeSet => change_sets::execute(reader),
        Operation::DeleteChangeSet => change_sets::delete(reader),
        Operation::DescribeStackEvents => resources::events(reader),
        Operation::DescribeEvents => resources::operation_events(reader),
        Operation::DescribeStackResource => resources::describe_one(reader),
        Operation::DescribeStackResources => resources::describe(reader),
        Operation::ListStackResources => resources::list(reader),
        Operation::DetectStackDrift => resources::detect_drift(reader),
        Operation::DescribeStackDriftDetectionStatus => resources::drift_detection(reader),
        Operation::DescribeStackResourceDrifts => resources::drifts(reader),
        Operation::SignalResource => resources::signal(reader),
        Operation::GetTemplate => templates::get(reader),
        Operation::GetTemplateSummary => templates::summary(reader),
        Operation::ValidateTemplate => templates::validate(reader),
        Operation::ListExports => templates::exports(reader),
        Operation::ListImports => templates::imports(reader),
    }
}

/// A filter by status: some of those that are known.
fn statuses<S: AsRef<str> + Clone>(reader: &mut Reader<'_>, name: &str, known: &[S]) -> Vec<S> {
    let choices: Vec<(&str, S)> = known
        .iter()
        .map(|status| (status.as_ref(), status.clone()))
        .collect();
    reader.choices(name, &choices).unwrap_or_default()
}
