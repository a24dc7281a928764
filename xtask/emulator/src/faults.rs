//! What goes wrong in the world: on purpose, or by the seed.

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// Something that goes wrong with resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Only in the stack of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Only the resource of this logical id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_id: Option<String>,
    /// Only resources of this type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// What goes wrong.
    pub on: On,
    /// How often, one resource after the other; nothing: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// What happens.
    pub effect: Effect,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum On {
    /// It is created (also in place of another one).
    Create,
    /// It is updated in place.
    Update,
    /// It is brought back to what it was.
    Rollback,
    /// It is deleted.
    Delete,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// It fails.
    Fail {
        /// Why, as its service says.
        reason: String,
    },
    /// It takes longer.
    Slow {
        /// By so many seconds.
        seconds: u64,
    },
}

/// What goes wrong by the seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Trouble {
    /// Of a thousand creations and updates, how many fail.
    pub failing: u32,
    /// Of a thousand updates back, how many fail.
    pub failing_rollbacks: u32,
    /// Of a thousand deletions, how many fail.
    pub failing_deletions: u32,
    /// Of a thousand, how many take ten minutes longer.
    pub slow: u32,
}

/// The resource that something may go wrong with.
pub(crate) struct Subject<'a> {
    pub(crate) stack: &'a str,
    pub(crate) logical_id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) on: On,
}

/// What happens to a resource.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) fails: Option<String>,
    pub(crate) longer: u64,
}

/// What is to go wrong.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to a resource. What was to happen so many times has happened once more.
    pub(crate) fn strike(
        &mut self,
        subject: &Subject<'_>,
        trouble: Trouble,
        random: Random,
    ) -> Fate {
        let mut fate = Fate::default();
        for fault in &mut self.0 {
            if !fault.fits(subject) {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            match &fault.effect {
                Effect::Fail { reason } => {
                    fate.fails.get_or_insert_with(|| reason.clone());
                }
                Effect::Slow { seconds } => fate.longer += seconds * 1000,
            }
        }
        self.0.retain(|fault| fault.times != Some(0));
        let of_a_thousand = u64::from(match subject.on {
            On::Create | On::Update => trouble.failing,
            On::Rollback => trouble.failing_rollbacks,
            On::Delete => trouble.failing_deletions,
        });
        if random.of("fails").below(1000) < of_a_thousand {
            fate.fails
                .get_or_insert_with(|| "the seed wants it to fail".to_owned());
        }
        if random.of("slow").below(1000) < u64::from(trouble.slow) {
            fate.longer += 600_000;
        }
        fate
    }
}

impl Fault {
    fn fits(&self, subject: &Subject<'_>) -> bool {
        let is = |wanted: &Option<String>, actual: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == actual)
        };
        self.times != Some(0)
            && self.on == subject.on
            && is(&self.stack, subject.stack)
            && is(&self.logical_id, subject.logical_id)
            && is(&self.resource_type, subject.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(on: On) -> Subject<'static> {
        Subject {
            stack: "network",
            logical_id: "Vpc",
            kind: "AWS::EC2::VPC",
            on,
        }
    }

    #[test]
    fn a_fault_happens_as_often_as_it_is_told_to() {
        let mut faults = Faults::default();
        faults.add(Fault {
            stack: None,
            logical_id: Some("Vpc".to_owned()),
            resource_type: None,
            on: On::Create,
            times: Some(1),
            effect: Effect::Fail {
                reason: "no".to_owned(),
            },
        });
        let random = Random::new(0);
        let mut strike = |on| faults.strike(&subject(on), Trouble::default(), random);
        assert_eq!(strike(On::Delete), Fate::default());
        assert_eq!(strike(On::Create).fails.as_deref(), Some("no"));
        assert_eq!(strike(On::Create), Fate::default());
    }
}
