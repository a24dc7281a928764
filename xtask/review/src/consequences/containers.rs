//! Containers of a task that come and go, and the user that they run as.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters_ec2.html>

use serde_json::Value;

use super::Change;
use super::values::text;
use crate::consequence::{Consequence, Kind, Weight};

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (before, after) in change.pairs("AWS::ECS::TaskDefinition") {
        let (old, new) = (
            containers(before.property("ContainerDefinitions")),
            containers(after.property("ContainerDefinitions")),
        );
        for (name, container) in &new {
            let was = old.iter().find(|(other, _)| other == name);
            let told = match was {
                None => Some((
                    Weight::Notable,
                    Kind::Behaviour,
                    format!("starts one more container in each task, {name}"),
                    None,
                )),
                Some((_, was)) => user(was, container).map(|(weight, text)| {
                    let values = (shown(was), shown(container));
                    (weight, Kind::Protection, text, Some(values))
                }),
            };
            found.extend(told.map(|(weight, kind, text, values)| {
                let (from, to) = values.unwrap_or_default();
                let property = if was.is_some() {
                    format!("ContainerDefinitions[{name}].User")
                } else {
                    format!("ContainerDefinitions[{name}]")
                };
                Consequence {
                    property: Some(property),
                    from,
                    to,
                    ..change.tell(&after, weight, kind, text)
                }
            }));
        }
        for (name, _) in old
            .iter()
            .filter(|(name, _)| !new.iter().any(|(other, _)| other == name))
        {
            let text = format!("no longer starts the container {name}");
            let told = change.tell(&after, Weight::Notable, Kind::Behaviour, text);
            found.push(Consequence {
                property: Some(format!("ContainerDefinitions[{name}]")),
                ..told
            });
        }
    }
    found
}

fn containers(list: Option<&Value>) -> Vec<(String, &Value)> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items
        .map(|one| (one.get("Name").map(text).unwrap_or_default(), one))
        .collect()
}

fn shown(container: &Value) -> Option<String> {
    container.get("User").map(text)
}

/// The image's user, where the definition sets none, is root unless the image says otherwise.
fn is_root(container: &Value) -> bool {
    shown(container).is_none_or(|user| {
        let user = user.split(':').next().unwrap_or_default();
        user == "0" || user == "root"
    })
}

fn user(before: &Value, after: &Value) -> Option<(Weight, String)> {
    let (from, to) = (shown(before), shown(after));
    if from == to {
        return None;
    }
    let name = |user: Option<String>| user.unwrap_or_else(|| "the image's user".to_owned());
    Some(match (is_root(before), is_root(after)) {
        (false, true) => (
            Weight::Severe,
            "runs as root: a process that breaks out of its container is root on the machine, beside every other application".to_owned(),
        ),
        (true, false) => (
            Weight::Notable,
            format!(
                "runs as {} instead of root: what writes to files of root, or listens below port 1024, fails",
                name(to)
            ),
        ),
        _ => (
            Weight::Notable,
            format!(
                "runs as {} instead of {}: files of the old user may not be readable",
                name(to),
                name(from)
            ),
        ),
    })
}
