//! A zone is lost: the cluster's capacity, simulated.

use crate::capacity::Minute;
use crate::capacity::cluster::{Placing, Size, Zone};
use crate::capacity::policy::Policy;
use crate::capacity::scenario::{Happening, Scenario, Setting, Shape};
use crate::capacity::template::template;
use crate::capacity::timing::BOOT;
use crate::capacity::world::simulate;
use common::environment::Environment;
use serde::Serialize;

use crate::disaster::error::DrillError;

/// When the zone is lost: the first machines have booted and everything runs.
const LOST: Minute = 60;
/// When it is back.
const BACK: Minute = 240;
/// How long is looked.
const LONG: Minute = 480;

/// What happened when a zone was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneLoss {
    /// How many machines there were before.
    pub machines: u32,
    /// What a reader wants to see: the minute, and what.
    pub events: Vec<(Minute, String)>,
    /// The most tasks that waited for a machine at once.
    pub waiting: u32,
    /// The minutes after the loss in which tasks waited, from and to.
    pub waits: Vec<(Minute, Minute)>,
}

/// Lets an environment lose a zone for three hours, with as many tasks as its applications may have.
///
/// # Errors
///
/// When the scaling can't be simulated, or leaves an invariant.
pub fn lose_a_zone(environment: &Environment) -> Result<ZoneLoss, DrillError> {
    let policy = Policy::of_template(&template(environment)?)?;
    let setting = Setting::of(environment);
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
        placing: Placing::Always,
        services,
        happenings: vec![
            (LOST, Happening::LoseZone(Zone::A)),
            (BACK, Happening::ZoneBack),
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
