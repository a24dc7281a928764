//! Validation before deployment.
//!
//! Properties and names fail a change set; contents that keep a resource from being deleted warn.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>

use cloudformation::{ChangeAction, ValidationFailureMode, ValidationFinding, ValidationStatus};

use super::compare::Comparison;
use super::model::ChangeSet;
use crate::api::Change;
use crate::inventory::{Inventory, identifying_name};
use crate::property_validation::early_violations;

const PROPERTIES: &str = "PROPERTY_VALIDATION";
const NAMES: &str = "NAME_CONFLICT_VALIDATION";
const BUCKETS: &str = "BUCKET_EMPTINESS_VALIDATION";
/// AWS names the validation in words only.
const REPOSITORIES: &str = "REPOSITORY_EMPTINESS_VALIDATION";

/// What each validation is called in the reason of a failed change set.
const HOOKS: [(&str, &str); 2] = [
    (PROPERTIES, "AWS::EarlyValidation::PropertyValidation"),
    (NAMES, "AWS::EarlyValidation::ResourceExistenceCheck"),
];

/// What fails a change set that the checks find an error in. It is no hook of AWS.
const CHECKS: &str = "Local::Checks";

pub(super) fn validate(
    set: &ChangeSet,
    comparison: &Comparison,
    inventory: &Inventory,
) -> Vec<ValidationFinding> {
    let mut findings = Vec::new();
    let template = &set.definition.template;
    for (name, properties) in comparison.added.iter().chain(&comparison.changed) {
        let Some(definition) = template.resources.get(name) else {
            continue;
        };
        let finding = |validation: &str, path: String, reason: String| ValidationFinding {
            name: validation.to_owned(),
            mode: ValidationFailureMode::Fail,
            status: ValidationStatus::Failed,
            logical_id: name.as_str().into(),
            resource_type: definition.kind.clone(),
            path: Some(path),
            reason,
        };
        for (path, reason) in early_violations(&definition.kind, name, properties) {
            findings.push(finding(PROPERTIES, path, reason));
        }
        let is_added = comparison
            .changes
            .iter()
            .any(|change| change.logical_id == *name && change.action == ChangeAction::Add);
        if is_added && inventory.namesake(&definition.kind, properties).is_some() {
            let reason = format!(
                "Resource of type '{}' with identifier '{}' already exists.",
                definition.kind,
                identifying_name(&definition.kind, properties).unwrap_or_default()
            );
            findings.push(finding(NAMES, format!("/Resources/{name}"), reason));
        }
    }
    let removed = comparison.changes.iter();
    findings.extend(removed.filter_map(|change| contents(change, inventory)));
    findings
}

/// The warning that a resource can't be deleted because of what it holds.
fn contents(change: &Change, inventory: &Inventory) -> Option<ValidationFinding> {
    if change.action != ChangeAction::Remove || change.policy_action.as_deref() != Some("Delete") {
        return None;
    }
    let physical_id = change.physical_id.as_deref()?;
    let (name, reason) = match change.resource_type.as_str() {
        "AWS::S3::Bucket" => (
            BUCKETS,
            format!(
                "The bucket '{physical_id}' is not empty. You must either delete all objects and \
                 versions or use the deletion policy to retain it, otherwise the delete operation \
                 will fail."
            ),
        ),
        "AWS::ECR::Repository" => (
            REPOSITORIES,
            format!(
                "The repository '{physical_id}' is not empty. You must either delete all images \
                 or use the deletion policy to retain it, otherwise the delete operation will fail."
            ),
        ),
        _ => return None,
    };
    inventory
        .is_kept_by_contents(&change.resource_type, physical_id)
        .then(|| ValidationFinding {
            name: name.to_owned(),
            mode: ValidationFailureMode::Warn,
            status: ValidationStatus::Failed,
            logical_id: change.logical_id.as_str().into(),
            resource_type: change.resource_type.clone(),
            path: Some(format!("/Resources/{}", change.logical_id)),
            reason,
        })
}

/// The reason why a change set fails, if one of its findings fails it.
pub(super) fn failure(findings: &[ValidationFinding]) -> Option<String> {
    let failing = || findings.iter().filter(|finding| !finding.is_warning());
    let hooks = HOOKS
        .iter()
        .filter(|(name, _)| failing().any(|finding| finding.name == *name));
    let is_checks =
        |finding: &ValidationFinding| HOOKS.iter().all(|(name, _)| finding.name != *name);
    let checks = failing().any(is_checks).then_some(CHECKS);
    let failed: Vec<&str> = hooks.map(|(_, hook)| *hook).chain(checks).collect();
    (!failed.is_empty()).then(|| {
        format!(
            "The following hook(s)/validation failed: [{}]. To troubleshoot Early Validation \
             errors, use the DescribeEvents API for detailed failure information.",
            failed.join(", ")
        )
    })
}
