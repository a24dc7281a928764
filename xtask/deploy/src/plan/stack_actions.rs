//! Action for each stack on its own.
//!
//! Exports, imports and order between stacks come later.

use std::collections::BTreeMap;

use common::environment::EnvironmentName;
use common::stack::StackArtifact;
use common::tags;
use common::template::check::DIGEST_OUTPUT;

use super::action::{StackAction, StackChanges};
use super::error::PlanError;
use super::expanded_template::expanded_digest;
use super::finding::{Finding, FindingCode, Severity};
use super::input::{DefinedStack, PlanInput, extra_exports};
use super::manual_stacks::plan_manual_stack;
use super::model::Recovery;
use crate::next_step::Situation;
use crate::orphans::DeletedStack;
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::template::entry;
use cloudformation::{Stack, StackName};

/// The action for each stack that brings it to its definition.
///
/// # Errors
/// When templates have to be compared, and one cannot be read.
pub(super) fn deploy_actions<'a>(
    input: &PlanInput<'a>,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<&'a StackName, StackAction>, PlanError> {
    input
        .names()
        .into_iter()
        .map(|name| {
            let action = if !input.is_selected(name) {
                StackAction::Skip("is not selected".to_owned())
            } else if let Some(defined) = input.defined(name) {
                plan_defined_stack(input, defined, findings)?
            } else {
                plan_undefined_stack(input, name, findings)
            };
            Ok((name, action))
        })
        .collect()
}

/// The action for each stack that deletes the environment.
pub(super) fn destroy_actions<'a>(
    input: &PlanInput<'a>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'a StackName, StackAction> {
    input
        .names()
        .into_iter()
        .map(|name| {
            let is_manual = input
                .artifact(name)
                .is_some_and(|stack| stack.applied_manually);
            let action = if !input.is_selected(name) {
                StackAction::Skip("is not selected".to_owned())
            } else if is_manual && !input.request.manual_stacks {
                StackAction::Skip("is a manual stack, which no deployment deletes".to_owned())
            } else if !input.observed.stacks.contains_key(name) {
                StackAction::Skip("is not deployed".to_owned())
            } else {
                deletion(input, name, findings)
            };
            (name, action)
        })
        .collect()
}

/// Replaces recoveries by the action that follows them: stacks are compared as if operations in
/// progress had finished and stuck stacks had recovered.
pub(super) fn assume_recovered<'a>(
    input: &PlanInput<'a>,
    actions: &mut BTreeMap<&'a StackName, StackAction>,
    findings: &mut Vec<Finding>,
) {
    for (name, action) in actions {
        let StackAction::Recover(recovery) = action else {
            continue;
        };
        let observed = input.observed.stacks.get(*name);
        *action = match (input.defined(name), observed) {
            (Some(defined), Some(view)) if *recovery != Recovery::DeleteFailedCreation => {
                update(input, defined, view, findings)
            }
            (Some(defined), _) => match creation(input, defined, findings) {
                // Its remains stay until the next deployment.
                StackAction::Wait(_) => continue,
                created => created,
            },
            (None, _) => StackAction::Skip("is no longer defined".to_owned()),
        };
    }
}

fn plan_defined_stack(
    input: &PlanInput<'_>,
    defined: &DefinedStack<'_>,
    findings: &mut Vec<Finding>,
) -> Result<StackAction, PlanError> {
    let name = &defined.name;
    if let Some(whose) = input.foreign_owner(name) {
        findings.push(foreign_defined_stack(input, name, &whose));
        return Ok(StackAction::Block(whose));
    }
    if defined.artifact.applied_manually && !input.request.manual_stacks {
        return plan_manual_stack(input, defined, findings);
    }
    Ok(match input.observed.stacks.get(name) {
        Some(view) => plan_deployed_stack(input, defined, view, findings),
        None => creation(input, defined, findings),
    })
}

/// A stack of another owner with the name of a defined stack: it blocks until one of the two is
/// renamed or the stack is tagged.
fn foreign_defined_stack(input: &PlanInput<'_>, name: &StackName, whose: &str) -> Finding {
    let mut finding = foreign_stack(name, whose, Severity::Block);
    if let Some(view) = input.view(name)
        && !view.tags.contains_key(tags::ENVIRONMENT)
    {
        let tag = &tag_command(view, input.assembly.environment);
        finding.hint = Some(Situation::UntaggedStackInTheWay { tag }.to_string());
    }
    finding
}

/// The command that tags a stack and changes nothing else. The given tags replace all others.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html>
fn tag_command(view: &Stack, environment: EnvironmentName) -> String {
    let mut command = format!(
        "aws cloudformation update-stack --stack-name {} --use-previous-template \
         --capabilities CAPABILITY_NAMED_IAM",
        view.name
    );
    if !view.parameters.is_empty() {
        command.push_str(" --parameters");
        for name in view.parameters.keys() {
            command.push_str(&format!(" ParameterKey={name},UsePreviousValue=true"));
        }
    }
    command.push_str(&format!(
        " --tags Key={},Value={environment}",
        tags::ENVIRONMENT
    ));
    for (key, value) in &view.tags {
        let tag = format!("Key={key},Value={value}").replace('\'', r"'\''");
        command.push_str(&format!(" '{tag}'"));
    }
    command
}

fn plan_deployed_stack(
    input: &PlanInput<'_>,
    defined: &DefinedStack<'_>,
    view: &Stack,
    findings: &mut Vec<Finding>,
) -> StackAction {
    match view.status.next_step() {
        NextStep::Create => creation(input, defined, findings),
        NextStep::Update => update(input, defined, view, findings),
        NextStep::Wait => wait(view, findings),
        NextStep::DeleteAndCreate if view.termination_protection => {
            findings.push(protected_failed_creation(input, view));
            StackAction::Block(format!("is stuck in {}", view.status))
        }
        NextStep::DeleteAndCreate => StackAction::Recover(Recovery::DeleteFailedCreation),
        NextStep::ContinueRollback => StackAction::Recover(Recovery::ContinueRollback),
        NextStep::RollBack => StackAction::Recover(Recovery::RollBack),
        NextStep::Refuse => {
            findings.push(manual_recovery(input, Some(defined.artifact), view));
            StackAction::Block(format!("is stuck in {}", view.status))
        }
    }
}

/// A failed creation that cannot be deleted.
fn protected_failed_creation(input: &PlanInput<'_>, view: &Stack) -> Finding {
    let why = "its creation failed, and termination protection is on";
    let situation = Situation::FailedCreationProtected {
        stack: view.name.as_str(),
        recover: &input.command("recover", ""),
    };
    stuck(view, why, situation)
}

/// A status without a safe automatic step, and the manual steps.
fn manual_recovery(
    input: &PlanInput<'_>,
    artifact: Option<&StackArtifact>,
    view: &Stack,
) -> Finding {
    let events = format!(
        "aws cloudformation describe-stack-events --stack-name {}",
        view.name
    );
    let why = "no automatic step is safe";
    match view.status {
        StackStatus::DeleteFailed => {
            let is_manual = artifact.is_some_and(|artifact| artifact.applied_manually);
            let only = format!("--only {}", input.short_name(&view.name));
            let only = if is_manual {
                format!("{only} --bootstrap")
            } else {
                only
            };
            let situation = Situation::DeletionStuck {
                events: &events,
                destroy: &input.command("destroy", &only),
            };
            stuck(view, why, situation)
        }
        _ => {
            let situation = Situation::Stuck {
                events: &events,
                status: view.status.as_str(),
            };
            stuck(view, why, situation)
        }
    }
}

/// A stack that is no longer defined and needs recovery; it is recovered where the request says so.
fn plan_stuck_undefined_stack(
    input: &PlanInput<'_>,
    view: &Stack,
    findings: &mut Vec<Finding>,
) -> Option<StackAction> {
    let step = view.status.next_step();
    match Recovery::of(step) {
        Some(Recovery::Wait) if !input.request.recover => None,
        Some(Recovery::Wait) => Some(wait(view, findings)),
        Some(Recovery::DeleteFailedCreation)
            if view.termination_protection && input.request.recover =>
        {
            findings.push(protected_failed_creation(input, view));
            Some(StackAction::Block(format!("is stuck in {}", view.status)))
        }
        Some(recovery) if input.request.recover => Some(StackAction::Recover(recovery)),
        Some(recovery) => {
            let recover = &input.command("recover", "");
            let situation = Situation::UndefinedStuck { recover };
            findings.push(Finding {
                severity: Severity::Note,
                ..stuck(view, recovery.reason(), situation)
            });
            None
        }
        None if step == NextStep::Refuse => {
            let finding = manual_recovery(input, None, view);
            if input.request.recover {
                findings.push(finding);
                return Some(StackAction::Block(format!("is stuck in {}", view.status)));
            }
            findings.push(Finding {
                severity: Severity::Note,
                ..finding
            });
            None
        }
        None if step == NextStep::Create && input.request.recover => {
            let only = format!("--only {}", input.short_name(&view.name));
            let destroy = &input.command("destroy", &only);
            findings.push(stuck(
                view,
                "it was never created, and is not defined",
                Situation::UndefinedNeverCreated { destroy },
            ));
            Some(StackAction::Block(format!("is stuck in {}", view.status)))
        }
        None => None,
    }
}

fn plan_undefined_stack(
    input: &PlanInput<'_>,
    name: &StackName,
    findings: &mut Vec<Finding>,
) -> StackAction {
    if let Some(whose) = input.foreign_owner(name) {
        findings.push(foreign_stack(name, &whose, Severity::Note));
        return StackAction::Skip(whose);
    }
    if input.request.prune {
        return deletion(input, name, findings);
    }
    if let Some(view) = input.observed.stacks.get(name)
        && let Some(action) = plan_stuck_undefined_stack(input, view, findings)
    {
        return action;
    }
    findings.push(Finding {
        hint: Some(Situation::Undefined.to_string()),
        ..Finding::new(
            FindingCode::StackUndefined,
            Severity::Note,
            name,
            "stack",
            "is deployed, but no longer defined".to_owned(),
        )
    });
    StackAction::Skip("is no longer defined".to_owned())
}

/// A stack can be deleted in any known status, unless an operation is in progress.
fn deletion(input: &PlanInput<'_>, name: &StackName, findings: &mut Vec<Finding>) -> StackAction {
    if let Some(whose) = input.foreign_owner(name) {
        findings.push(foreign_stack(name, &whose, Severity::Note));
        return StackAction::Skip(whose);
    }
    let Some(view) = input.observed.stacks.get(name) else {
        return StackAction::Skip("is not deployed".to_owned());
    };
    match (&view.status, view.status.next_step()) {
        (_, NextStep::Wait) => wait(view, findings),
        (StackStatus::DeleteComplete, _) => StackAction::Skip("is not deployed".to_owned()),
        (StackStatus::DeleteFailed, _) => StackAction::Delete,
        (_, NextStep::Refuse) => {
            findings.push(stuck(
                view,
                "no automatic step is safe",
                Situation::DeletionUnsafe,
            ));
            StackAction::Block(format!("is stuck in {}", view.status))
        }
        _ => StackAction::Delete,
    }
}

fn creation(
    input: &PlanInput<'_>,
    defined: &DefinedStack<'_>,
    findings: &mut Vec<Finding>,
) -> StackAction {
    match missing_parameters(input, defined, None, findings, Severity::Note) {
        Some(waits) => StackAction::Wait(waits),
        None => StackAction::Create,
    }
}

fn update(
    input: &PlanInput<'_>,
    defined: &DefinedStack<'_>,
    view: &Stack,
    findings: &mut Vec<Finding>,
) -> StackAction {
    let artifact = defined.artifact;
    let digest = view.output(DIGEST_OUTPUT);
    let given = input.request.parameters.get(&defined.name);
    let parameters: Vec<String> = given
        .into_iter()
        .flatten()
        .filter(|(name, value)| view.parameters.get(*name) != Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    let definition = digest != Some(artifact.digest.as_str());
    let tag = input.has_lost_tag(&view.name) && !input.request.previous_template;
    if tag {
        findings.push(lost_tag(&view.name));
    }
    if !definition && parameters.is_empty() && !tag {
        return StackAction::NoOp;
    }
    let blocking = Severity::Block;
    if let Some(missing) = missing_parameters(input, defined, Some(view), findings, blocking) {
        return StackAction::Block(missing);
    }
    let extra = extra_exports(defined, view);
    let expanded = definition
        && !extra.is_empty()
        && digest == Some(&expanded_digest(&artifact.digest, extra.iter().copied()));
    StackAction::Update(StackChanges {
        definition: definition && !expanded,
        retains_exports: expanded,
        parameters,
        tag,
    })
}

/// The first parameter without a value: not given, not deployed, without default.
fn missing_parameters(
    input: &PlanInput<'_>,
    defined: &DefinedStack<'_>,
    view: Option<&Stack>,
    findings: &mut Vec<Finding>,
    severity: Severity,
) -> Option<String> {
    let (name, artifact) = (&defined.name, defined.artifact);
    let given = input.request.parameters.get(name);
    let missing = artifact.parameters.iter().find(|parameter| {
        !given.is_some_and(|values| values.contains_key(*parameter))
            && !view.is_some_and(|view| view.parameters.contains_key(*parameter))
            && !has_default(artifact, parameter)
    })?;
    if view.is_none()
        && let Some(Some(gone)) = input.observed.deleted_stacks.get(name)
    {
        return Some(deleted_stack(input, name, missing, gone, findings));
    }
    let situation = match missing.as_str() {
        "ImageDigest" => Situation::ImageMissing,
        parameter => Situation::ParameterMissing { parameter },
    };
    findings.push(Finding {
        hint: Some(situation.to_string()),
        ..Finding::new(
            FindingCode::ParameterMissing,
            severity,
            name,
            missing,
            format!("has no value for {missing} yet"),
        )
    });
    Some(format!("has no value for {missing} yet"))
}

/// A stack without a first value that was deployed completely before.
fn deleted_stack(
    input: &PlanInput<'_>,
    name: &StackName,
    parameter: &str,
    gone: &DeletedStack,
    findings: &mut Vec<Finding>,
) -> String {
    let options = format!("--only {} --rebuild", input.short_name(name));
    let deploy = &input.command("deploy", &options);
    findings.push(Finding {
        from: gone.parameters.get(parameter).cloned(),
        hint: Some(Situation::DeployedBefore { parameter, deploy }.to_string()),
        ..Finding::new(
            FindingCode::StackMissing,
            Severity::Note,
            name,
            "stack",
            format!(
                "is missing: it was deployed before, and deleted at {}",
                gone.deleted
            ),
        )
    });
    "is missing: it was deployed before, and has been deleted".to_owned()
}

fn has_default(artifact: &StackArtifact, parameter: &str) -> bool {
    artifact
        .template
        .as_deref()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok())
        .is_some_and(|template| {
            let found = entry(&template, "Parameters", parameter);
            found.is_some_and(|(_, parameter)| parameter.get("Default").is_some())
        })
}

fn wait(view: &Stack, findings: &mut Vec<Finding>) -> StackAction {
    findings.push(Finding {
        from: Some(view.status.to_string()),
        ..Finding::new(
            FindingCode::StackBusy,
            Severity::Note,
            &view.name,
            "stack",
            format!("is {}; waiting for it to finish", view.status),
        )
    });
    StackAction::Recover(Recovery::Wait)
}

pub(super) fn stuck(view: &Stack, why: &str, next: Situation<'_>) -> Finding {
    Finding {
        from: Some(view.status.to_string()),
        hint: Some(next.to_string()),
        ..Finding::new(
            FindingCode::StackStuck,
            Severity::Block,
            &view.name,
            "stack",
            format!("is in {}: {why}", view.status),
        )
    }
}

/// A stack of another owner.
pub(super) fn foreign_stack(name: &StackName, whose: &str, severity: Severity) -> Finding {
    let situation = match severity {
        Severity::Block => Situation::OtherOwnersStackInTheWay,
        _ => Situation::OtherOwnersStack,
    };
    Finding {
        from: Some(whose.to_owned()),
        hint: Some(situation.to_string()),
        ..Finding::new(
            FindingCode::ForeignStack,
            severity,
            name,
            "stack",
            whose.to_owned(),
        )
    }
}

/// A stack of the environment whose tag is missing.
pub(super) fn lost_tag(name: &StackName) -> Finding {
    Finding {
        hint: Some(Situation::TagLost.to_string()),
        ..Finding::new(
            FindingCode::ForeignStack,
            Severity::Note,
            name,
            "stack",
            format!(
                "has lost its tag {}; its template shows that it belongs to this environment",
                tags::ENVIRONMENT
            ),
        )
    }
}
