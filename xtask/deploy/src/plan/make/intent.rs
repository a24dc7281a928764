//! What is to happen to each stack, seen by itself.
//!
//! Nothing here looks at other stacks: what they export, import or wait for comes after.

use std::collections::BTreeMap;

use common::environment::EnvironmentName;
use common::stack::StackArtifact;
use common::tags;
use common::template::check::DIGEST_OUTPUT;

use super::by_a_person::of_a_person;
use super::expand::expanded_digest;
use super::notice::{finding, foreign, lost_tag, stuck};
use super::world::World;
use crate::plan::{Finding, FindingCode, PlanError, Recovery, Severity};
use crate::remains::Gone;
use cloudformation::Stack;
use cloudformation::status::{NextStep, StackStatus};

/// What is to happen to a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// It is created.
    Create,
    /// It is updated.
    Update(Differs),
    /// It is as defined; its protection may not be.
    Keep,
    /// It is deleted.
    Delete,
    /// It is brought back first.
    Recover(Recovery),
    /// It is left alone, for this reason.
    Leave(String),
    /// It is left alone until it gets its first values; so are those that need it.
    Wait(String),
    /// It can't be touched, for this reason.
    Block(String),
}

/// What of a stack differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Differs {
    /// Its definition.
    pub(super) definition: bool,
    /// It has the definition, and still exports what others imported.
    pub(super) expanded: bool,
    /// The values of these parameters.
    pub(super) parameters: Vec<String>,
    /// Its tag, which it has lost.
    pub(super) tag: bool,
}

impl Intent {
    /// Whether the stack's exports and imports may change.
    pub(super) const fn moves(&self) -> bool {
        matches!(self, Self::Create | Self::Update(_) | Self::Delete)
    }
}

/// What is to happen to each stack, so that it becomes as defined.
///
/// # Errors
/// When templates have to be compared for it, and one can't be read.
pub(super) fn to_deploy<'a>(
    world: &World<'a>,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<&'a str, Intent>, PlanError> {
    world
        .names()
        .into_iter()
        .map(|name| {
            let intent = if !world.is_asked_for(name) {
                Intent::Leave("not asked for".to_owned())
            } else if let Some(artifact) = world.artifact(name) {
                of_defined(world, artifact, findings)?
            } else {
                of_undefined(world, name, findings)
            };
            Ok((name, intent))
        })
        .collect()
}

/// What is to happen to each stack, so that nothing is left.
pub(super) fn to_destroy<'a>(
    world: &World<'a>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'a str, Intent> {
    world
        .names()
        .into_iter()
        .map(|name| {
            let by_a_person = world
                .artifact(name)
                .is_some_and(|stack| stack.applied_by_a_person);
            let intent = if !world.is_asked_for(name) {
                Intent::Leave("not asked for".to_owned())
            } else if by_a_person && !world.request.by_a_person {
                Intent::Leave("a person applies and deletes it".to_owned())
            } else if !world.observed.stacks.contains_key(name) {
                Intent::Leave("is not deployed".to_owned())
            } else {
                deletion(world, name, findings)
            };
            (name, intent)
        })
        .collect()
}

/// What is to happen to stacks once what goes on in them has ended, and what is stuck was brought
/// back. Compared is what their templates say now, which is what they are becoming.
pub(super) fn look_ahead<'a>(
    world: &World<'a>,
    intents: &mut BTreeMap<&'a str, Intent>,
    findings: &mut Vec<Finding>,
) {
    for (name, intent) in intents {
        let Intent::Recover(recovery) = intent else {
            continue;
        };
        let observed = world.observed.stacks.get(*name);
        *intent = match (world.artifact(name), observed) {
            (Some(artifact), Some(view)) if *recovery != Recovery::DeleteFailedCreation => {
                update(world, artifact, view, findings)
            }
            (Some(artifact), _) => match creation(world, artifact, findings) {
                // What is left of it stays until somebody deploys.
                Intent::Wait(_) => continue,
                created => created,
            },
            (None, _) => Intent::Leave("is not defined any more".to_owned()),
        };
    }
}

fn of_defined(
    world: &World<'_>,
    artifact: &StackArtifact,
    findings: &mut Vec<Finding>,
) -> Result<Intent, PlanError> {
    let name = artifact.name.as_str();
    if let Some(whose) = world.foreign(name) {
        findings.push(taken_by_others(world, name, &whose));
        return Ok(Intent::Block(format!("is a stack {whose}")));
    }
    if artifact.applied_by_a_person && !world.request.by_a_person {
        return of_a_person(world, artifact, findings);
    }
    Ok(match world.observed.stacks.get(name) {
        Some(view) => of_deployed(world, artifact, view, findings),
        None => creation(world, artifact, findings),
    })
}

/// A stack of another owner under a name that is defined: nothing is deployed until one of the two
/// has another name, or it turns out to be the environment's after all.
fn taken_by_others(world: &World<'_>, name: &str, whose: &str) -> Finding {
    let mut finding = foreign(name, whose, Severity::Block);
    if let Some(view) = world.view(name)
        && !view.tags.contains_key(tags::ENVIRONMENT)
    {
        finding.hint = Some(format!(
            "its template is not one that this project made, so it is not touched; if it is this \
             environment's all the same, give it its tag: {}",
            tagging(view, world.assembly.environment)
        ));
    }
    finding
}

/// The command that gives a stack its tag and changes nothing else: the tags that are given are all
/// that it has afterwards.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html>
fn tagging(view: &Stack, environment: EnvironmentName) -> String {
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

fn of_deployed(
    world: &World<'_>,
    artifact: &StackArtifact,
    view: &Stack,
    findings: &mut Vec<Finding>,
) -> Intent {
    match view.status.next_step() {
        NextStep::Create => creation(world, artifact, findings),
        NextStep::Update => update(world, artifact, view, findings),
        NextStep::Wait => wait(view, findings),
        NextStep::DeleteAndCreate if view.termination_protection => {
            findings.push(protected(world, view));
            Intent::Block(format!("is stuck in {}", view.status))
        }
        NextStep::DeleteAndCreate => Intent::Recover(Recovery::DeleteFailedCreation),
        NextStep::ContinueRollback => Intent::Recover(Recovery::ContinueRollback),
        NextStep::RollBack => Intent::Recover(Recovery::RollBack),
        NextStep::Refuse => {
            findings.push(refused(world, Some(artifact), view));
            Intent::Block(format!("is stuck in {}", view.status))
        }
    }
}

/// A failed creation that can't be deleted.
fn protected(world: &World<'_>, view: &Stack) -> Finding {
    let hint = format!(
        "take its protection off: aws cloudformation update-termination-protection \
         --no-enable-termination-protection --stack-name {}; then: {}",
        view.name,
        world.command("recover", "")
    );
    let why = "it never finished creating, and is protected against deletion";
    stuck(view, why, &hint)
}

/// A status in which no step is safe without a person, with the steps that a person takes.
fn refused(world: &World<'_>, artifact: Option<&StackArtifact>, view: &Stack) -> Finding {
    let events = format!(
        "aws cloudformation describe-stack-events --stack-name {}",
        view.name
    );
    let hint = match view.status {
        StackStatus::DeleteFailed => {
            let by_a_person = artifact.is_some_and(|artifact| artifact.applied_by_a_person);
            let only = format!("--only {}", world.short(&view.name));
            let only = if by_a_person {
                format!("{only} --bootstrap")
            } else {
                only
            };
            format!(
                "what keeps its resources is in its events ({events}); remove that, then delete the \
                 stack once more: {}",
                world.command("destroy", &only)
            )
        }
        _ => format!(
            "{events} tells why; what a person can do is in docs/guides/recover.md, under `{}`",
            view.status
        ),
    };
    stuck(view, "no step is safe without a person", &hint)
}

/// A stack that is not defined any more and not whole: brought back where that is what is asked for.
fn of_undefined_and_stuck(
    world: &World<'_>,
    view: &Stack,
    findings: &mut Vec<Finding>,
) -> Option<Intent> {
    let step = view.status.next_step();
    match Recovery::of(step) {
        Some(Recovery::Wait) if !world.request.recover => None,
        Some(Recovery::Wait) => Some(wait(view, findings)),
        Some(Recovery::DeleteFailedCreation)
            if view.termination_protection && world.request.recover =>
        {
            findings.push(protected(world, view));
            Some(Intent::Block(format!("is stuck in {}", view.status)))
        }
        Some(recovery) if world.request.recover => Some(Intent::Recover(recovery)),
        Some(recovery) => {
            let hint = format!("bring it back with: {}", world.command("recover", ""));
            findings.push(Finding {
                severity: Severity::Note,
                ..stuck(view, recovery.reason(), &hint)
            });
            None
        }
        None if step == NextStep::Refuse => {
            let finding = refused(world, None, view);
            if world.request.recover {
                findings.push(finding);
                return Some(Intent::Block(format!("is stuck in {}", view.status)));
            }
            findings.push(Finding {
                severity: Severity::Note,
                ..finding
            });
            None
        }
        None if step == NextStep::Create && world.request.recover => {
            let only = format!("--only {}", world.short(&view.name));
            let hint = format!("delete it with: {}", world.command("destroy", &only));
            findings.push(stuck(
                view,
                "it is nothing but a name, and not defined",
                &hint,
            ));
            Some(Intent::Block(format!("is stuck in {}", view.status)))
        }
        None => None,
    }
}

fn of_undefined(world: &World<'_>, name: &str, findings: &mut Vec<Finding>) -> Intent {
    if let Some(whose) = world.foreign(name) {
        findings.push(foreign(name, &whose, Severity::Note));
        return Intent::Leave(format!("is a stack {whose}"));
    }
    if world.request.prune {
        return deletion(world, name, findings);
    }
    if let Some(view) = world.observed.stacks.get(name)
        && let Some(intent) = of_undefined_and_stuck(world, view, findings)
    {
        return intent;
    }
    findings.push(Finding {
        hint: Some("`--prune` deletes it".to_owned()),
        ..finding(
            FindingCode::StackUndefined,
            Severity::Note,
            name,
            "stack",
            "is deployed, and not defined any more".to_owned(),
        )
    });
    Intent::Leave("is not defined any more".to_owned())
}

/// A stack can be deleted in any status but while something is going on in it, and those that
/// nobody knows.
fn deletion(world: &World<'_>, name: &str, findings: &mut Vec<Finding>) -> Intent {
    if let Some(whose) = world.foreign(name) {
        findings.push(foreign(name, &whose, Severity::Note));
        return Intent::Leave(format!("is a stack {whose}"));
    }
    let Some(view) = world.observed.stacks.get(name) else {
        return Intent::Leave("is not deployed".to_owned());
    };
    match (&view.status, view.status.next_step()) {
        (_, NextStep::Wait) => wait(view, findings),
        (StackStatus::DeleteComplete, _) => Intent::Leave("is not deployed".to_owned()),
        (StackStatus::DeleteFailed, _) => Intent::Delete,
        (_, NextStep::Refuse) => {
            findings.push(stuck(
                view,
                "no step is safe without a person",
                "look at it in the console",
            ));
            Intent::Block(format!("is stuck in {}", view.status))
        }
        _ => Intent::Delete,
    }
}

fn creation(world: &World<'_>, artifact: &StackArtifact, findings: &mut Vec<Finding>) -> Intent {
    match missing_parameters(world, artifact, None, findings, Severity::Note) {
        Some(waits) => Intent::Wait(waits),
        None => Intent::Create,
    }
}

fn update(
    world: &World<'_>,
    artifact: &StackArtifact,
    view: &Stack,
    findings: &mut Vec<Finding>,
) -> Intent {
    let digest = view.output(DIGEST_OUTPUT);
    let given = world.request.parameters.get(artifact.name.as_str());
    let parameters: Vec<String> = given
        .into_iter()
        .flatten()
        .filter(|(name, value)| view.parameters.get(*name) != Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    let definition = digest != Some(artifact.digest.as_str());
    let tag = world.has_lost_its_tag(&view.name) && !world.request.previous_template;
    if tag {
        findings.push(lost_tag(&view.name));
    }
    if !definition && parameters.is_empty() && !tag {
        return Intent::Keep;
    }
    let blocking = Severity::Block;
    if let Some(missing) = missing_parameters(world, artifact, Some(view), findings, blocking) {
        return Intent::Block(missing);
    }
    let extra = extra_exports(artifact, view);
    let expanded = definition
        && !extra.is_empty()
        && digest == Some(&expanded_digest(&artifact.digest, extra.iter().copied()));
    Intent::Update(Differs {
        definition: definition && !expanded,
        expanded,
        parameters,
        tag,
    })
}

/// What a stack exports and its definition does not.
pub(super) fn extra_exports<'a>(artifact: &StackArtifact, view: &'a Stack) -> Vec<&'a str> {
    let mut extra: Vec<&str> = view
        .exports()
        .map(|(name, _)| name)
        .filter(|name| !artifact.exports.iter().any(|export| export.name == *name))
        .collect();
    extra.sort_unstable();
    extra
}

/// The first parameter that has a value neither given, nor deployed, nor in the template.
fn missing_parameters(
    world: &World<'_>,
    artifact: &StackArtifact,
    view: Option<&Stack>,
    findings: &mut Vec<Finding>,
    severity: Severity,
) -> Option<String> {
    let name = artifact.name.as_str();
    let given = world.request.parameters.get(name);
    let missing = artifact.parameters.iter().find(|parameter| {
        !given.is_some_and(|values| values.contains_key(*parameter))
            && !view.is_some_and(|view| view.parameters.contains_key(*parameter))
            && !has_default(artifact, parameter)
    })?;
    if view.is_none()
        && let Some(Some(gone)) = world.observed.gone.get(name)
    {
        return Some(once_ran(world, name, missing, gone, findings));
    }
    let hint = if missing == "ImageDigest" {
        "the first release of the application gives it".to_owned()
    } else {
        format!("give {missing} a value")
    };
    findings.push(Finding {
        hint: Some(hint),
        ..finding(
            FindingCode::ParameterMissing,
            severity,
            name,
            missing,
            format!("waits for the first value of {missing}"),
        )
    });
    Some(format!("waits for the first value of {missing}"))
}

/// A stack that waits for a value which it had: it once was whole, and is not there any more.
fn once_ran(
    world: &World<'_>,
    name: &str,
    parameter: &str,
    gone: &Gone,
    findings: &mut Vec<Finding>,
) -> String {
    let options = format!("--only {} --rebuild", world.short(name));
    findings.push(Finding {
        from: gone.parameters.get(parameter).cloned(),
        hint: Some(format!(
            "create it with the last value of {parameter}: {}",
            world.command("deploy", &options)
        )),
        ..finding(
            FindingCode::StackMissing,
            Severity::Note,
            name,
            "stack",
            format!(
                "is missing: it was deployed, and deleted at {}",
                gone.deleted
            ),
        )
    });
    "is missing: it was deployed, and deleted since".to_owned()
}

fn has_default(artifact: &StackArtifact, parameter: &str) -> bool {
    artifact
        .template
        .as_deref()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok())
        .and_then(|template| {
            template
                .get("Parameters")?
                .get(parameter)?
                .get("Default")
                .cloned()
        })
        .is_some()
}

fn wait(view: &Stack, findings: &mut Vec<Finding>) -> Intent {
    findings.push(Finding {
        from: Some(view.status.to_string()),
        ..finding(
            FindingCode::StackBusy,
            Severity::Note,
            &view.name,
            "stack",
            format!("is {}: its end is waited for", view.status),
        )
    });
    Intent::Recover(Recovery::Wait)
}
