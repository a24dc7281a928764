//! Faults of resources: planned, or random by the seed.

use serde::{Deserialize, Serialize};

use crate::random::Random;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Only in the stack of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Only the resource with this logical id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_id: Option<String>,
    /// Only resources of this type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    pub on: ResourceOperation,
    /// The number of times, across resources; `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    pub effect: Effect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResourceOperation {
    /// A creation, also as the replacement of a resource.
    Create,
    /// An update in place.
    Update,
    /// A reversion in a rollback.
    Rollback,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    Fail {
        /// The error text of the service.
        reason: String,
    },
    Slow {
        seconds: u64,
    },
}

/// The rates of random faults, per thousand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRates {
    /// Failing creations and updates, per thousand.
    pub failing: u32,
    /// Failing reversions in rollbacks, per thousand.
    pub failing_rollbacks: u32,
    /// Failing deletions, per thousand.
    pub failing_deletions: u32,
    /// Operations that take ten minutes longer, per thousand.
    pub slow: u32,
}

/// A resource operation that a fault may affect.
pub(crate) struct Subject<'a> {
    pub(crate) stack: &'a str,
    pub(crate) logical_id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) on: ResourceOperation,
}

/// The effect of all faults on a resource operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FaultDecision {
    pub(crate) failure: Option<String>,
    pub(crate) delay: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Applies the faults that match, and counts them down.
    pub(crate) fn apply(
        &mut self,
        subject: &Subject<'_>,
        fault_rates: FaultRates,
        random: Random,
    ) -> FaultDecision {
        let mut decision = FaultDecision::default();
        for fault in &mut self.0 {
            if !fault.fits(subject) {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            match &fault.effect {
                Effect::Fail { reason } => {
                    decision.failure.get_or_insert_with(|| reason.clone());
                }
                Effect::Slow { seconds } => decision.delay += seconds * 1000,
            }
        }
        self.0.retain(|fault| fault.times != Some(0));
        let of_a_thousand = u64::from(match subject.on {
            ResourceOperation::Create | ResourceOperation::Update => fault_rates.failing,
            ResourceOperation::Rollback => fault_rates.failing_rollbacks,
            ResourceOperation::Delete => fault_rates.failing_deletions,
        });
        if random.derive("fails").below(1000) < of_a_thousand {
            decision
                .failure
                .get_or_insert_with(|| "random fault of the seed".to_owned());
        }
        if random.derive("slow").below(1000) < u64::from(fault_rates.slow) {
            decision.delay += 600_000;
        }
        decision
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

    fn subject(on: ResourceOperation) -> Subject<'static> {
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
            on: ResourceOperation::Create,
            times: Some(1),
            effect: Effect::Fail {
                reason: "no".to_owned(),
            },
        });
        let random = Random::new(0);
        let mut apply = |on| faults.apply(&subject(on), FaultRates::default(), random);
        assert_eq!(apply(ResourceOperation::Delete), FaultDecision::default());
        assert_eq!(
            apply(ResourceOperation::Create).failure.as_deref(),
            Some("no")
        );
        assert_eq!(apply(ResourceOperation::Create), FaultDecision::default());
    }
}
