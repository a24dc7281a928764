//! The loss of an Availability Zone, simulated with the cluster's scaling.

use crate::capacity::Minute;
use crate::capacity::cluster::{PlacementMode, Shape, Size, Zone};
use crate::capacity::scaling_policy::ScalingPolicy;
use crate::capacity::scenario::{ClusterConfig, Scenario, ScenarioEvent};
use crate::capacity::simulation::simulate;
use crate::capacity::template::template;
use crate::capacity::timing::BOOT;
use common::environment::Environment;
use serde::Serialize;

use crate::disaster::error::DrillError;

/// The minute of the loss: by then the first machines have booted and all tasks run.
const LOST: Minute = 60;
const BACK: Minute = 240;
const LONG: Minute = 480;

/// What happens when a zone is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneLoss {
    /// The number of machines before the loss.
    pub machines: u32,
    /// Minutes since the loss, and what happened then.
    pub events: Vec<(Minute, String)>,
    /// The largest number of tasks that waited for a machine at once.
    pub waiting: u32,
    /// The minutes after the loss in which tasks waited, from and to.
    pub waits: Vec<(Minute, Minute)>,
}

/// Simulates the loss of a zone for three hours, with every application at its maximum number of tasks.
///
/// # Errors
///
/// When the scaling can't be simulated, or violates an invariant.
pub fn simulate_zone_loss(environment: &Environment) -> Result<ZoneLoss, DrillError> {
    let policy = ScalingPolicy::from_template(&template(environment)?)?;
    let setting = ClusterConfig::from_environment(environment);
    let services = environment
        .applications
        .iter()
        .map(|application| {
            let shape = Shape {
                memory: application.reserved_memory().get(),
                cpu: application.cpu.get(),
            };
            (shape, application.tasks.max)
        })
        .collect();
    let scenario = Scenario {
        seed: 1,
        minutes: LONG,
        size: Size {
            memory: setting.machine.schedulable_memory().get(),
            cpu: setting.machine.cpu().get(),
        },
        boot: BOOT,
        placement: PlacementMode::Always,
        services,
        events: vec![
            (LOST, ScenarioEvent::LoseZone(Zone::A)),
            (BACK, ScenarioEvent::ZoneBack),
        ],
    };
    let outcome = simulate(&policy, &scenario);
    if let Some(violation) = outcome.violations.first() {
        return Err(DrillError::Violated(violation.to_string()));
    }
    let samples = &outcome.trace.samples;
    let from = |minute: Minute| samples.iter().skip(minute as usize);
    let mut waits: Vec<(Minute, Minute)> = Vec::new();
    for (minute, _) in (0..)
        .zip(from(LOST))
        .filter(|(_, sample)| sample.waiting > 0)
    {
        match waits.last_mut() {
            Some((_, to)) if *to + 1 == minute => *to = minute,
            _ => waits.push((minute, minute)),
        }
    }
    Ok(ZoneLoss {
        machines: samples
            .get(LOST as usize - 1)
            .map_or(0, |sample| sample.machines),
        events: outcome
            .trace
            .events
            .iter()
            .filter(|(minute, _)| *minute >= LOST)
            .map(|(minute, event)| (minute - LOST, event.to_string()))
            .collect(),
        waiting: from(LOST).map(|sample| sample.waiting).max().unwrap_or(0),
        waits,
    })
}
