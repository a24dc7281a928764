//! The checks of templates, run on a change set with the stacks that it imports from.
//!
//! CloudFormation has nothing like it: what they find, AWS refuses while it deploys, or accepts.

use std::collections::BTreeSet;

use checks::{Deployment, Finding, Severity, Stack, check};
use cloudformation::template::{imports, parse};
use cloudformation::{ValidationFailureMode, ValidationFinding, ValidationStatus};

use super::model::ChangeSet;
use crate::account_region::AccountRegion;
use crate::api::Caller;
use crate::event_queue::StackNumber;
use crate::stack::Definition;

/// What the checks find in the stack of a change set: errors fail it, warnings leave it executable.
pub(crate) fn checked(
    account_region: &AccountRegion,
    stack: StackNumber,
    change_set: u64,
) -> Vec<ValidationFinding> {
    let own = account_region.stacks.get(&stack);
    let found = own.and_then(|own| Some((&own.name, own.change_sets.get(&change_set)?)));
    let Some((name, set)) = found else {
        return Vec::new();
    };
    let caller = &account_region.caller;
    let Some(own) = input(name, &set.definition, caller) else {
        return Vec::new();
    };
    let exports = account_region.exports.all();
    let imports = imports(&own.template).into_iter();
    let exporters: BTreeSet<&str> = imports
        .filter_map(|import| Some(exports.get(&import)?.stack_name.as_str()))
        .filter(|exporter| exporter != name)
        .collect();
    let exporters = exporters.into_iter().filter_map(|exporter| {
        let definition = account_region.stack(exporter).ok()?.definition.as_ref()?;
        input(exporter, definition, caller)
    });
    let deployment = Deployment {
        stacks: exporters.chain([own]).collect(),
        is_complete: false,
    };
    check(&deployment)
        .iter()
        .filter(|finding| finding.stack.as_str() == name)
        .filter_map(|finding| validation(finding, set))
        .collect()
}

fn input(name: &str, definition: &Definition, caller: &Caller) -> Option<Stack> {
    Some(Stack {
        name: name.into(),
        account: Some(caller.account.clone()),
        region: Some(caller.region.clone()),
        parameters: definition.parameters.given.clone(),
        template: parse(&definition.template.text).ok()?,
    })
}

fn validation(finding: &Finding, set: &ChangeSet) -> Option<ValidationFinding> {
    let mode = match finding.rule.severity {
        Severity::Error => ValidationFailureMode::Fail,
        Severity::Warning => ValidationFailureMode::Warn,
        Severity::Info => return None,
    };
    let logical_id = finding.logical_id.clone().unwrap_or_default();
    let resource = set.definition.template.resources.get(logical_id.as_str());
    let path = resource.map(|_| match finding.path.as_str() {
        "" => format!("/Resources/{logical_id}"),
        path => format!("/Resources/{logical_id}/Properties/{}", pointer(path)),
    });
    Some(ValidationFinding {
        name: finding.rule.code.to_owned(),
        mode,
        status: ValidationStatus::Failed,
        logical_id,
        resource_type: resource.map_or_else(String::new, |resource| resource.kind.clone()),
        path,
        reason: format!(
            "{}. {} {}",
            finding.message, finding.rule.why, finding.rule.fix
        ),
    })
}

/// `SecurityGroupIngress[0].CidrIp` as CloudFormation's validation writes it: `SecurityGroupIngress/0/CidrIp`.
fn pointer(path: &str) -> String {
    path.replace(['.', '['], "/").replace(']', "")
}
