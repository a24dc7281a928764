//! A run as JSON: everything that was seen.

use serde_json::json;

use super::Run;

/// Writes it, on one line.
///
/// # Errors
/// When a number can't be written.
pub fn json(run: &Run<'_>) -> Result<String, serde_json::Error> {
    let trace = &run.outcome.trace;
    let samples: Vec<_> = trace
        .samples
        .iter()
        .map(|sample| {
            json!({
                "machines": sample.machines,
                "draining": sample.draining,
                "reservationPercent": sample.reservation,
                "waitingTasks": sample.waiting,
            })
        })
        .collect();
    let events: Vec<_> = trace
        .events
        .iter()
        .map(|(minute, event)| json!({"minute": minute, "event": event.to_string()}))
        .collect();
    let violations: Vec<_> = run
        .outcome
        .violations
        .iter()
        .map(|violation| violation.to_string())
        .collect();
    serde_json::to_string(&json!({
        "environment": run.environment,
        "seed": run.scenario.seed,
        "lowPercent": run.policy.scale_in.alarm.threshold,
        "highPercent": run.policy.scale_out.alarm.threshold,
        "minMachines": run.policy.min,
        "maxMachines": run.policy.max,
        "minutes": samples,
        "events": events,
        "violations": violations,
    }))
}
