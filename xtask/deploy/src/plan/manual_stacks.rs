//! Stacks that a person applies, as seen by a run that may not.
//!
//! Such a stack is left alone, with a word where it differs. Who checks is told in time when
//! rights are lacking: what deploys later would fail in the middle of it.

use common::stack::StackArtifact;
use common::template::check::DIGEST_OUTPUT;

use super::action::StackAction;
use super::error::{PlanError, TemplateOrigin};
use super::finding::{Finding, FindingCode, Severity};
use super::input::{PlanInput, parse};
use super::risks::{MANAGED_POLICY, PermissionScope, missing_permissions};

/// How many lacking rights are named: a new kind of resource may take dozens.
const MAX_LISTED: usize = 5;

/// What is to happen to a stack that a person applies: nothing, but it may be in the way.
///
/// # Errors
/// When its rights have to be compared, and a template can't be read.
pub(super) fn plan_manual_stack(
    input: &PlanInput<'_>,
    artifact: &StackArtifact,
    findings: &mut Vec<Finding>,
) -> Result<StackAction, PlanError> {
    let name = artifact.name.as_str();
    let Some(mismatch) = mismatch(input, artifact) else {
        let reason = "is as defined; a person applies it";
        return Ok(StackAction::Skip(reason.to_owned()));
    };
    let what = match mismatch {
        Mismatch::Missing => "is not there",
        Mismatch::Outdated => "is not as defined",
    };
    let found = |severity, text, hint: &str| Finding {
        to: Some(mismatch.as_str().to_owned()),
        hint: Some(hint.to_owned()),
        ..Finding::new(FindingCode::ManualStack, severity, name, "stack", text)
    };
    let hint = "a person with the rights to do so applies it";
    let text = format!("{what}, and no deployment applies it");
    let text = match missing_permissions_of(input, artifact)? {
        None => text,
        Some(lacking) if lacking.is_empty() => {
            format!("{text}; what deploys lacks no right that it takes")
        }
        Some(lacking) => {
            let environment = input.assembly.environment;
            let text = format!(
                "{what}: what deploys would not have the rights that it takes: {}",
                abbreviated(&lacking)
            );
            let hint = format!(
                "a person applies it with `cargo xtask bootstrap --env {environment}`; then check again"
            );
            findings.push(found(Severity::Block, text, &hint));
            let reason = "a person has to apply it first";
            return Ok(StackAction::Block(reason.to_owned()));
        }
    };
    findings.push(found(Severity::Note, text, hint));
    Ok(StackAction::Skip(format!("{what}; a person applies it")))
}

/// Whether the stack's rights are compared, for which its deployed template has to be known.
pub(super) fn compares_permissions(input: &PlanInput<'_>, artifact: &StackArtifact) -> bool {
    let name = artifact.name.as_str();
    let left = artifact.applied_by_a_person && !input.request.manual_stacks;
    left && input.request.require_permissions
        && input.is_selected(name)
        && input.foreign_owner(name).is_none()
        && permission_scope(artifact).is_some()
        && matches!(mismatch(input, artifact), Some(Mismatch::Outdated))
}

#[derive(Clone, Copy)]
enum Mismatch {
    Missing,
    Outdated,
}

impl Mismatch {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Outdated => "differs",
        }
    }
}

fn mismatch(input: &PlanInput<'_>, artifact: &StackArtifact) -> Option<Mismatch> {
    match input.view(artifact.name.as_str()) {
        None => Some(Mismatch::Missing),
        Some(view) if view.output(DIGEST_OUTPUT) != Some(artifact.digest.as_str()) => {
            Some(Mismatch::Outdated)
        }
        Some(_) if input.has_lost_tag(artifact.name.as_str()) => Some(Mismatch::Outdated),
        Some(_) => None,
    }
}

/// What the deployed rights lack; nothing where they aren't compared, or can't be yet.
fn missing_permissions_of(
    input: &PlanInput<'_>,
    artifact: &StackArtifact,
) -> Result<Option<Vec<String>>, PlanError> {
    let name = artifact.name.as_str();
    let deployed = input.observed.templates.get(name);
    let compared = permission_scope(artifact).filter(|_| compares_permissions(input, artifact));
    let (Some(deployed), Some(whose)) = (deployed, compared) else {
        return Ok(None);
    };
    let defined = artifact.template.as_deref();
    let defined = defined.ok_or_else(|| PlanError::NoTemplate {
        stack: name.to_owned(),
    })?;
    let deployed = parse(name, TemplateOrigin::Deployed, deployed)?;
    let defined = parse(name, TemplateOrigin::Defined, defined)?;
    Ok(Some(missing_permissions(&deployed, &defined, whose)))
}

/// PermissionScope rights a stack holds that others deploy with: everybody's, where it holds nothing else;
/// otherwise what it may hold are their boundaries.
fn permission_scope(artifact: &StackArtifact) -> Option<PermissionScope> {
    let types = &artifact.resource_types;
    if !types.is_empty() && types.iter().all(|one| one.starts_with("AWS::IAM::")) {
        Some(PermissionScope::AllPrincipals)
    } else if types.iter().any(|one| one == MANAGED_POLICY) {
        Some(PermissionScope::BoundariesOnly)
    } else {
        None
    }
}

fn abbreviated(lacking: &[String]) -> String {
    let named = lacking.iter().take(MAX_LISTED).cloned();
    let more = lacking.len().saturating_sub(MAX_LISTED);
    let more = (more > 0).then(|| format!("{more} more"));
    named.chain(more).collect::<Vec<_>>().join("; ")
}
