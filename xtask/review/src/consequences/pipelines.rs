//! Pipelines: stages and actions that come, go or change places, what starts a run, and the commands of builds.
//!
//! Sources: <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html>,
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Change;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::{named_value_changes, render};
use crate::environment::{Environment, Resource};

/// What changes in how the environment is built, tested, approved and deployed.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for after in change.after.resources() {
        let Some(before) = change.before.resource(after.stack, after.logical_id) else {
            continue;
        };
        let told = match after.resource_type {
            "AWS::CodePipeline::Pipeline" => {
                let mut told = stages(&before, &after);
                told.extend(triggers(&before, &after));
                told
            }
            "AWS::CodeBuild::Project" => {
                let mut told = commands(&before, &after);
                told.extend(silenced_tests(&before, &after));
                told
            }
            _ => continue,
        };
        found.extend(told.into_iter().map(|one| one.of(change.after, &after)));
    }
    found
}

struct Told {
    weight: Weight,
    text: String,
    from: Option<String>,
    to: Option<String>,
}

impl Told {
    const fn new(weight: Weight, text: String) -> Self {
        Self {
            weight,
            text,
            from: None,
            to: None,
        }
    }

    fn of(self, side: &Environment, resource: &Resource<'_>) -> Consequence {
        Consequence {
            from: self.from,
            to: self.to,
            ..side.consequence(
                resource.stack,
                resource.logical_id,
                self.weight,
                Kind::Delivery,
                self.text,
            )
        }
    }
}

/// An action with the stage that it is in.
#[derive(Clone, Copy)]
struct Action<'a> {
    stage: &'a str,
    name: &'a str,
    json: &'a Value,
}

impl Action<'_> {
    fn is(&self, category: &str) -> bool {
        self.json.pointer("/ActionTypeId/Category") == Some(&Value::from(category))
    }

    /// Whether it decides that a run goes on, by a person or by what it checks.
    fn judges(&self) -> bool {
        const WORDS: [&str; 5] = ["test", "check", "verify", "scan", "lint"];
        let name = self.name.to_lowercase();
        self.is("Approval") || self.is("Test") || WORDS.iter().any(|word| name.contains(word))
    }

    fn order(&self) -> i64 {
        let order = self.json.get("RunOrder");
        order.and_then(Value::as_i64).unwrap_or(1)
    }

    fn path(&self) -> String {
        format!("{}/{}", self.stage, self.name)
    }
}

fn actions<'a>(pipeline: &Resource<'a>) -> Vec<Action<'a>> {
    let list = |value: Option<&'a Value>| value.and_then(Value::as_array).into_iter().flatten();
    list(pipeline.property("Stages"))
        .flat_map(|stage| {
            let name = name(stage);
            list(stage.get("Actions")).map(move |json| Action {
                stage: name,
                name: self::name(json),
                json,
            })
        })
        .collect()
}

fn name(value: &Value) -> &str {
    value
        .get("Name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn stage_names<'a>(actions: &[Action<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = actions.iter().map(|action| action.stage).collect();
    names.dedup();
    names
}

fn stages(before: &Resource<'_>, after: &Resource<'_>) -> Vec<Told> {
    let (old, new) = (actions(before), actions(after));
    let mut told = Vec::new();
    let mut matched: BTreeSet<String> = BTreeSet::new();
    for action in &old {
        let exact = new.iter().find(|one| one.path() == action.path());
        let moved = || {
            new.iter().find(|one| {
                one.name == action.name && !old.iter().any(|known| known.path() == one.path())
            })
        };
        match exact.or_else(moved) {
            Some(now) => {
                matched.insert(now.path());
                told.extend(changed(action, now));
            }
            None => told.push(gone(action)),
        }
    }
    for action in new.iter().filter(|one| !matched.contains(&one.path())) {
        told.push(added(action, &new));
    }
    let (was, is) = (stage_names(&old), stage_names(&new));
    let common = |names: &[&str], others: &[&str]| -> Vec<String> {
        let both = names.iter().filter(|name| others.contains(name));
        both.map(|name| (*name).to_owned()).collect()
    };
    let (was, is) = (common(&was, &is), common(&is, &was));
    if was != is {
        told.push(Told {
            weight: Weight::Severe,
            text: format!("runs its stages in another order: {}", is.join(", then ")),
            from: Some(was.join(", ")),
            to: Some(is.join(", ")),
        });
    }
    told
}

fn gone(action: &Action<'_>) -> Told {
    let path = action.path();
    if action.is("Approval") {
        return Told::new(
            Weight::Severe,
            format!(
                "deploys without the approval {path}: no person is asked before what comes after it"
            ),
        );
    }
    if action.judges() {
        return Told::new(
            Weight::Severe,
            format!("no longer runs {path}: what it would refuse goes on"),
        );
    }
    Told::new(Weight::Severe, format!("no longer runs {path}"))
}

fn added(action: &Action<'_>, all: &[Action<'_>]) -> Told {
    let path = action.path();
    let before = all
        .iter()
        .take_while(|one| one.path() != path)
        .map(|one| one.stage)
        .filter(|stage| *stage != action.stage)
        .last();
    let place = before.map_or_else(String::new, |stage| format!(" after {stage}"));
    if action.is("Approval") {
        return Told::new(
            Weight::Notable,
            format!(
                "waits for the approval {path}{place}: a run stops there until a person approves, for seven days at most"
            ),
        );
    }
    let provider = action.json.pointer("/ActionTypeId/Provider").map(render);
    Told::new(
        Weight::Notable,
        format!(
            "also runs {path}{place}, by {}",
            provider.unwrap_or_default()
        ),
    )
}

fn changed(before: &Action<'_>, after: &Action<'_>) -> Vec<Told> {
    let mut told = Vec::new();
    let path = after.path();
    if before.stage != after.stage {
        told.push(Told::new(
            Weight::Severe,
            format!(
                "runs {} in stage {} instead of {}",
                after.name, after.stage, before.stage
            ),
        ));
    }
    if before.order() != after.order() {
        told.push(Told::new(
            Weight::Severe,
            format!(
                "runs {path} at place {} of its stage instead of {}: actions of one place run at once, and do not wait for each other",
                after.order(),
                before.order()
            ),
        ));
    }
    let mut found = Vec::new();
    named_value_changes("", "", Some(before.json), Some(after.json), &mut found);
    for one in found {
        let shown = |value: Option<&Value>| value.map(render);
        let (from, to) = (shown(one.from), shown(one.to));
        let values = |words: &str| {
            format!(
                "{words} {} instead of {}",
                to.as_deref().unwrap_or("none"),
                from.as_deref().unwrap_or("none")
            )
        };
        let (weight, text) = match one.path.as_str() {
            "RunOrder" | "Name" => continue,
            "Configuration.BranchName" => (Weight::Severe, values("deploys the commits of branch")),
            "Configuration.FullRepositoryId" => {
                (Weight::Severe, values("deploys the commits of repository"))
            }
            "Configuration.ConnectionArn" => (
                Weight::Notable,
                "reads its repository by another connection, which a person has to confirm once"
                    .to_owned(),
            ),
            "Configuration.DetectChanges" | "Configuration.PollForSourceChanges" => (
                Weight::Notable,
                format!("{path}: {}", values("starts by changes of its source:")),
            ),
            "Configuration.ProjectName" => (
                Weight::Severe,
                format!("{path}: {}", values("runs the build project")),
            ),
            "Configuration.EnvironmentVariables" => (
                Weight::Notable,
                format!("{path} gets other environment variables"),
            ),
            "Configuration.S3Bucket" | "Configuration.S3ObjectKey" => (
                Weight::Severe,
                format!("{path}: {}", values("takes its source from")),
            ),
            "ActionTypeId.Category" | "ActionTypeId.Provider" | "ActionTypeId.Owner" => {
                (Weight::Severe, format!("{path}: {}", values("is done by")))
            }
            path_of if path_of.starts_with("InputArtifacts") => {
                (Weight::Notable, format!("{path} works on other artifacts"))
            }
            path_of if path_of.starts_with("OutputArtifacts") => {
                (Weight::Notable, format!("{path} hands on other artifacts"))
            }
            "RoleArn" => (Weight::Severe, format!("{path} acts as another role")),
            "Region" => (
                Weight::Severe,
                format!("{path}: {}", values("acts in region")),
            ),
            other => (Weight::Notable, format!("{path}: {other} changes")),
        };
        told.push(Told {
            weight,
            text,
            from,
            to,
        });
    }
    told
}

/// What starts a run, as lines: `push to stable`, `pull request to main`.
fn starts(pipeline: &Resource<'_>) -> BTreeSet<String> {
    const EVENTS: [(&str, &str, &str); 4] = [
        ("Push", "Branches", "a push to branch"),
        ("Push", "Tags", "a push of tag"),
        ("Push", "FilePaths", "a push that changes"),
        ("PullRequest", "Branches", "a pull request to branch"),
    ];
    let list = |value: Option<&Value>| -> Vec<Value> {
        value.and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let mut found = BTreeSet::new();
    for trigger in list(pipeline.property("Triggers")) {
        for (event, filter, words) in EVENTS {
            for one in list(trigger.pointer(&format!("/GitConfiguration/{event}"))) {
                for (part, but) in [("Includes", ""), ("Excludes", "none of ")] {
                    for item in list(one.pointer(&format!("/{filter}/{part}"))) {
                        found.insert(format!("{words} {but}{}", render(&item)));
                    }
                }
            }
        }
    }
    found
}

fn triggers(before: &Resource<'_>, after: &Resource<'_>) -> Vec<Told> {
    let (old, new) = (starts(before), starts(after));
    if old == new {
        return Vec::new();
    }
    let join = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join(", ");
    let text = if new.is_empty() {
        format!(
            "no longer starts with {}: a person has to start it",
            join(&old)
        )
    } else if old.is_empty() {
        format!("starts with {}", join(&new))
    } else {
        format!("starts with {} instead of {}", join(&new), join(&old))
    };
    vec![Told {
        weight: Weight::Severe,
        text,
        from: Some(join(&old)).filter(|text| !text.is_empty()),
        to: Some(join(&new)).filter(|text| !text.is_empty()),
    }]
}

/// The lines of a buildspec's commands, by phase. Comments are left out.
///
/// Only what buildspecs of the definition look like is read: lists of commands, each on its line or a block.
fn command_lines(buildspec: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut phases_at = None;
    let mut phase = String::new();
    let mut commands_at: Option<usize> = None;
    for line in buildspec.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(at) = commands_at
            && (indent > at || indent == at && text.starts_with('-'))
        {
            let command = text.strip_prefix("- ").unwrap_or(text).trim();
            if !["|", ">", "|-", ">-"].contains(&command) {
                found
                    .entry(phase.clone())
                    .or_default()
                    .push(command.to_owned());
            }
            continue;
        }
        commands_at = None;
        if text == "phases:" {
            phases_at = Some(indent);
        } else if let Some(at) = phases_at {
            if indent <= at {
                phases_at = None;
            } else if text == "commands:" || text == "finally:" {
                commands_at = Some(indent);
            } else if let Some(name) = text.strip_suffix(':') {
                name.clone_into(&mut phase);
            }
        }
    }
    found
}

fn commands(before: &Resource<'_>, after: &Resource<'_>) -> Vec<Told> {
    let text = |resource: &Resource<'_>| -> Option<String> {
        let value = resource.property("Source/BuildSpec")?;
        let text = value.as_str().or_else(|| value.get("Fn::Sub")?.as_str());
        text.map(ToOwned::to_owned)
    };
    let (old, new) = match (text(before), text(after)) {
        (Some(old), Some(new)) if old != new => (old, new),
        (None, None) => return Vec::new(),
        (Some(_), Some(_)) => return Vec::new(),
        _ => {
            return vec![Told::new(
                Weight::Severe,
                "takes its commands from the repository that it builds, or no longer: who may push decides what runs with its role".to_owned(),
            )];
        }
    };
    let (old_lines, new_lines) = (command_lines(&old), command_lines(&new));
    let phases: BTreeSet<&String> = old_lines.keys().chain(new_lines.keys()).collect();
    let mut told = Vec::new();
    let none = Vec::new();
    for phase in phases {
        let was = old_lines.get(phase).unwrap_or(&none);
        let is = new_lines.get(phase).unwrap_or(&none);
        let quoted = |lines: &[String], others: &[String]| -> Vec<String> {
            let only = lines.iter().filter(|line| !others.contains(line));
            only.map(|line| format!("`{line}`")).collect()
        };
        let (fewer, more) = (quoted(was, is), quoted(is, was));
        if !fewer.is_empty() {
            told.push(Told {
                weight: if more.is_empty() {
                    Weight::Severe
                } else {
                    Weight::Notable
                },
                text: if more.is_empty() {
                    format!("no longer runs in phase {phase}: {}", some(&fewer))
                } else {
                    format!(
                        "runs in phase {phase} {} instead of {}",
                        some(&more),
                        some(&fewer)
                    )
                },
                from: None,
                to: None,
            });
        } else if !more.is_empty() {
            told.push(Told::new(
                Weight::Notable,
                format!("also runs in phase {phase}: {}", some(&more)),
            ));
        } else if was != is {
            told.push(Told::new(
                Weight::Notable,
                format!("runs the commands of phase {phase} in another order"),
            ));
        }
    }
    if told.is_empty() {
        let plain = |text: &str| {
            let lines = text.lines().map(str::trim_end);
            lines
                .filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let (weight, text) = if plain(&old) == plain(&new) {
            (
                Weight::Minor,
                "has other comments in its buildspec; it runs the same",
            )
        } else {
            (
                Weight::Notable,
                "has another buildspec: the same commands with other variables, caches, reports or artifacts",
            )
        };
        told.push(Told::new(weight, text.to_owned()));
    }
    told
}

fn some(lines: &[String]) -> String {
    const NAMED: usize = 3;
    let named = lines.iter().take(NAMED).cloned().collect::<Vec<_>>();
    match lines.len() {
        many if many > NAMED => format!("{} and {} more lines", named.join(", "), many - NAMED),
        _ => named.join(", "),
    }
}

/// Variables that hold the command of a test and are emptied.
fn silenced_tests(before: &Resource<'_>, after: &Resource<'_>) -> Vec<Told> {
    const NOTHING: [&str; 4] = ["", ":", "true", "exit 0"];
    let variables = |resource: &Resource<'_>| -> BTreeMap<String, String> {
        let list = resource.property("Environment/EnvironmentVariables");
        let list = list.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|one| {
            let value = one.get("Value").map(render)?;
            Some((name(one).to_owned(), value.trim_matches('"').to_owned()))
        })
        .collect()
    };
    let (old, new) = (variables(before), variables(after));
    old.into_iter()
        .filter(|(name, _)| name.to_lowercase().contains("test"))
        .filter_map(|(name, was)| {
            let is = new.get(&name).map_or("", String::as_str);
            let silenced = NOTHING.contains(&is) && !NOTHING.contains(&was.as_str());
            silenced.then(|| Told {
                weight: Weight::Severe,
                text: format!("no longer tests: {name} is `{is}` instead of `{was}`, and whatever it builds is deployed"),
                from: Some(was),
                to: Some(is.to_owned()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_by_phase() {
        let buildspec = "\
version: 0.2
phases:
  pre_build:
    on-failure: ABORT
    commands:
      # A comment.
      - make lint
      - |
        set -e
        make test
  build:
    commands:
      - make image
reports:
  tests:
    files:
      - '**/*.xml'
";
        let found = command_lines(buildspec);
        let of = |phase: &str| found.get(phase).cloned().unwrap_or_default();
        assert_eq!(of("pre_build"), ["make lint", "set -e", "make test"]);
        assert_eq!(of("build"), ["make image"]);
        assert_eq!(found.len(), 2);
    }
}
