//! Manual stacks: applied by an administrator, not by deployments.
//!
//! A deployment leaves such a stack alone and notes where it differs. Where permissions are
//! missing, a check reports it before a deployment fails halfway.

use common::stack::StackArtifact;
use common::template::check::DIGEST_OUTPUT;

use super::action::StackAction;
use super::error::{PlanError, TemplateOrigin};
use super::finding::{Finding, FindingCode, Severity};
use super::input::{PlanInput, parse};
use super::risks::{MANAGED_POLICY, PermissionScope, missing_permissions};
use crate::next_step::Situation;

/// How many missing permissions are listed: a new resource type may need dozens.
const MAX_LISTED: usize = 5;

/// The action for a manual stack: skipped, or blocked where permissions are missing.
///
/// # Errors
/// When its permissions have to be compared, and a template cannot be read.
pub(super) fn plan_manual_stack(
    input: &PlanInput<'_>,
    artifact: &StackArtifact,
    findings: &mut Vec<Finding>,
) -> Result<StackAction, PlanError> {
    let name = artifact.name.as_str();
    let Some(mismatch) = mismatch(input, artifact) else {
        let reason = "is as defined; it is applied manually";
        return Ok(StackAction::Skip(reason.to_owned()));
    };
    let what = match mismatch {
        Mismatch::Missing => "is not deployed",
        Mismatch::Outdated => "differs from its definition",
    };
    let found = |severity, text, situation: Situation<'_>| Finding {
        to: Some(mismatch.as_str().to_owned()),
        hint: Some(situation.to_string()),
        ..Finding::new(FindingCode::ManualStack, severity, name, "stack", text)
    };
    let text = format!("{what}; no deployment applies it");
    let text = match missing_permissions_of(input, artifact)? {
        None => text,
        Some(lacking) if lacking.is_empty() => {
            format!("{text}; the deploy roles are not missing any permission")
        }
        Some(lacking) => {
            let environment = input.assembly.environment.as_str();
            let text = format!(
                "is out of date: the deploy roles are missing permissions: {}",
                abbreviated(&lacking)
            );
            let situation = Situation::RolesLackPermissions { environment };
            findings.push(found(Severity::Block, text, situation));
            let reason = "has to be applied manually first";
            return Ok(StackAction::Block(reason.to_owned()));
        }
    };
    let situation = Situation::ManualStackOutdated;
    findings.push(found(Severity::Note, text, situation));
    Ok(StackAction::Skip(format!("{what}; it is applied manually")))
}

/// Whether the stack's permissions are compared, which needs its deployed template.
pub(super) fn compares_permissions(input: &PlanInput<'_>, artifact: &StackArtifact) -> bool {
    let name = artifact.name.as_str();
    let left = artifact.applied_manually && !input.request.manual_stacks;
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

/// The permissions that are defined but not deployed; none where they are not compared yet.
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

/// The permissions that others depend on: all of them, where the stack holds only IAM resources;
/// its permissions boundaries otherwise.
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
