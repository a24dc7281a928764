//! The checks of templates, run on a change set with the stacks that it imports from.
//!
//! CloudFormation has nothing like it: what they find, AWS refuses while it deploys, or accepts.

use std::collections::BTreeMap;

use checks::{Deployment, Finding, Severity, Stack, check};
use cloudformation::template::{imports, parse};
use cloudformation::{ValidationFailureMode, ValidationFinding, ValidationStatus};
use serde_json::Value;

use super::model::ChangeSet;
use crate::account_region::AccountRegion;
use crate::api::Caller;
use crate::event_queue::StackNumber;
use crate::stack::Definition;

/// What the checks find in the stack of a change set: errors fail it, warnings leave it executable.
pub(crate) fn checked(
    set: &ChangeSet,
    number: StackNumber,
    account_region: &AccountRegion,
) -> Vec<ValidationFinding> {
    let Some(name) = account_region.stacks.get(&number).map(|stack| &stack.name) else {
        return Vec::new();
    };
    let Ok(template) = parse(&set.definition.template.text) else {
        return Vec::new();
    };
    let exporters = imports(&template).into_iter().filter_map(|import| {
        let export = account_region.exports.all().get(&import)?;
        (export.stack_name != *name).then_some(export.stack_name.as_str())
    });
    let exporters: BTreeMap<&str, Stack> = exporters
        .filter_map(|exporter| {
            let definition = account_region.stack(exporter).ok()?.definition.as_ref()?;
            let template = parse(&definition.template.text).ok()?;
            let stack = input(exporter, definition, template, &account_region.caller);
            Some((exporter, stack))
        })
        .collect();
    let own = input(name, &set.definition, template, &account_region.caller);
    let deployment = Deployment {
        stacks: exporters.into_values().chain([own]).collect(),
        is_complete: false,
    };
    check(&deployment)
        .iter()
        .filter(|finding| finding.stack.as_str() == name)
        .filter_map(|finding| validation(finding, set))
        .collect()
}

fn input(name: &str, definition: &Definition, template: Value, caller: &Caller) -> Stack {
    Stack {
        name: name.into(),
        account: Some(caller.account.clone()),
        region: Some(caller.region.clone()),
        parameters: definition.parameters.given.clone(),
        template,
    }
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
