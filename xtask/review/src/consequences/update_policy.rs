//! How a group replaces its machines, and changes of that.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>

use serde_json::Value;

use super::Change;
use super::values::{count, counted, texts};
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::render;
use crate::environment::Resource;

/// The rolling update of a group.
#[derive(Clone, Debug)]
pub(super) struct Roll {
    batch: u32,
    kept: u32,
    pause_minutes: Option<u32>,
    waits: bool,
    suspended: Vec<String>,
}

impl Roll {
    pub(super) fn of(group: &Resource<'_>) -> Option<Self> {
        let policy = group
            .json
            .get("UpdatePolicy")?
            .get("AutoScalingRollingUpdate")?;
        Some(Self {
            batch: count(policy.get("MaxBatchSize")).unwrap_or(1),
            kept: count(policy.get("MinInstancesInService")).unwrap_or(0),
            pause_minutes: policy.get("PauseTime").and_then(minutes),
            waits: policy
                .get("WaitOnResourceSignals")
                .is_some_and(|value| value == true || value == "true"),
            suspended: texts(policy.get("SuspendProcesses")),
        })
    }

    /// What a roll does to a group of some number of machines.
    pub(super) fn told(
        &self,
        min: Option<u32>,
        max: Option<u32>,
        reasons: &str,
    ) -> (Weight, String) {
        let mut text = format!(
            "replaces every machine, {} at a time ({reasons}): all tasks on it restart on another",
            self.batch
        );
        if let (Some(min), Some(max)) = (min, max) {
            text += &format!("; {min} to {max} machines");
            if let Some(minutes) = self.pause_minutes {
                text += &format!(", up to {minutes} minutes a batch");
            }
        }
        if self.suspended.iter().any(|one| one == "AlarmNotification") {
            text += "; the number of machines doesn't follow the load meanwhile";
        }
        if self.kept == 0 {
            text += "; no machine has to stay in service";
            return (Weight::Severe, text);
        }
        (Weight::Notable, text)
    }
}

/// `PT20M`, `PT1H30M`, as minutes.
fn minutes(value: &Value) -> Option<u32> {
    let mut rest = value.as_str()?.strip_prefix("PT")?;
    let mut found = 0;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (digits, unit) = rest.split_at(end);
        let number: u32 = digits.parse().ok()?;
        found += match unit.chars().next()? {
            'H' => number * 60,
            'M' => number,
            'S' => number.div_ceil(60),
            _ => return None,
        };
        rest = unit.get(1..)?;
    }
    Some(found)
}

/// Changes of how a group replaces its machines.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    change
        .pairs("AWS::AutoScaling::AutoScalingGroup")
        .filter(|(before, after)| before.json.get("UpdatePolicy") != after.json.get("UpdatePolicy"))
        .flat_map(|(before, after)| {
            differences(&before, &after)
                .into_iter()
                .map(|(weight, text)| {
                    let told = change.tell(&after, weight, Kind::Machines, text);
                    Consequence {
                        property: Some("UpdatePolicy".to_owned()),
                        from: before.json.get("UpdatePolicy").map(render),
                        to: after.json.get("UpdatePolicy").map(render),
                        ..told
                    }
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn differences(before: &Resource<'_>, after: &Resource<'_>) -> Vec<(Weight, String)> {
    let mut found = Vec::new();
    let (old, new) = match (Roll::of(before), Roll::of(after)) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => {
            let text = "no longer replaces its machines when their launch template changes: running ones keep the old image and settings until they are terminated";
            return vec![(Weight::Severe, text.to_owned())];
        }
        (None, Some(_)) => {
            let text = "replaces its machines when their launch template changes, where only new ones got it";
            return vec![(Weight::Notable, text.to_owned())];
        }
        (None, None) => return vec![(Weight::Notable, "is updated otherwise".to_owned())],
    };
    let machine = |count: u32| counted(count, "machine");
    if new.kept < old.kept {
        let weight = if new.kept == 0 {
            Weight::Severe
        } else {
            Weight::Notable
        };
        let text = format!(
            "keeps only {} in service while machines are replaced, instead of {}: their tasks have less room, and may all restart at once",
            machine(new.kept),
            machine(old.kept)
        );
        found.push((weight, text));
    } else if new.kept > old.kept {
        let text = format!(
            "keeps {} in service while machines are replaced, instead of {}",
            machine(new.kept),
            machine(old.kept)
        );
        found.push((Weight::Minor, text));
    }
    if new.batch != old.batch {
        let text = format!(
            "replaces {} at a time instead of {}: {}",
            machine(new.batch),
            machine(old.batch),
            if new.batch > old.batch {
                "faster, with the tasks of all of them restarting together"
            } else {
                "slower, with fewer tasks restarting together"
            }
        );
        let weight = if new.batch > old.batch {
            Weight::Notable
        } else {
            Weight::Minor
        };
        found.push((weight, text));
    }
    if old.waits && !new.waits {
        let text = "goes on to the next machine without a signal that the new one works: a broken image or start script replaces all of them";
        found.push((Weight::Severe, text.to_owned()));
    } else if new.waits && !old.waits {
        let text = "waits for a signal of each new machine before it goes on";
        found.push((Weight::Minor, text.to_owned()));
    }
    if new.pause_minutes != old.pause_minutes {
        let minutes = |roll: &Roll| {
            roll.pause_minutes
                .map_or("0".to_owned(), |one| one.to_string())
        };
        let text = format!(
            "waits up to {} minutes for new machines instead of {}: a roll fails sooner or later when one isn't ready",
            minutes(&new),
            minutes(&old)
        );
        found.push((Weight::Minor, text));
    }
    if new.suspended != old.suspended {
        let text = "suspends other processes of scaling while machines are replaced: what isn't suspended may terminate machines in between";
        found.push((Weight::Notable, text.to_owned()));
    }
    if found.is_empty() {
        found.push((
            Weight::Notable,
            "is updated otherwise: what scaling has set may be overwritten".to_owned(),
        ));
    }
    found
}
