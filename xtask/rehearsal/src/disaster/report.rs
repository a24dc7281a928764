//! The drill: an environment is deployed, released, destroyed and rebuilt.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use cloudformation::RateLimits;
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy::orphans;
use deploy::plan::Request;
use emulator::api::Caller;
use emulator::port::{Local, Settings};
use emulator::{Cloud, Options};
use serde::Serialize;

use crate::disaster::error::DrillError;
use crate::disaster::phase::{Goal, Phase, Target};
use crate::disaster::retained_state::releases;

/// The phases of a drill, and what came back afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DrillReport {
    pub environment: EnvironmentName,
    pub account: String,
    pub region: String,
    /// Deploy, release, destroy and rebuild.
    #[serde(rename = "acts")]
    pub phases: Vec<Phase>,
    /// Resources imported by a physical id that AWS chose, by `<stack>/<logical id>`.
    #[serde(rename = "takenOver")]
    pub imported_by_id: BTreeMap<String, String>,
    /// Resources that CloudFormation imported by name, by `<stack>/<logical id>`.
    #[serde(rename = "byName")]
    pub imported_by_name: BTreeMap<String, String>,
    /// The images that the services ran before the loss, and run again.
    pub images: BTreeMap<String, String>,
}

/// Runs the drill.
///
/// # Errors
///
/// When a phase fails, or a retained resource or an image differs from before the loss.
pub fn drill(assembly: &Assembly) -> Result<DrillReport, DrillError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(DrillError::Runtime)?
        .block_on(run_phases(assembly))
}

async fn run_phases(assembly: &Assembly) -> Result<DrillReport, DrillError> {
    let settings = Settings {
        caller: Caller {
            account: assembly.account.clone(),
            region: assembly.region.clone(),
        },
        ..Settings::default()
    };
    let cloud = Arc::new(Mutex::new(Cloud::new(Options::default())));
    let target = Target {
        assembly,
        port: Local::new(cloud, settings),
    };
    let all_stacks = Request {
        manual_stacks: true,
        ..Request::default()
    };
    let mut phases = vec![
        target
            .run_phase("deploy", Goal::Deploy, &all_stacks)
            .await?,
    ];
    let release_request = Request {
        parameters: releases(assembly),
        ..all_stacks.clone()
    };
    phases.push(
        target
            .run_phase("release", Goal::Deploy, &release_request)
            .await?,
    );
    let before = target.retained_state().await?;

    phases.push(
        target
            .run_phase("destroy", Goal::Destroy, &all_stacks)
            .await?,
    );

    // From here on, only what AWS remembers is known.
    let observed = target.observed().await?;
    let start = target.port.now().0;
    let remaining =
        orphans::rebuild_input(&target.port, assembly, &observed, &RateLimits::default()).await?;
    let search_time = target.port.now().0 - start;
    let rebuild_request = Request {
        imports: remaining.imports.clone(),
        parameters: remaining.parameters,
        ..all_stacks.clone()
    };
    let mut rebuild = target
        .run_phase("rebuild", Goal::Deploy, &rebuild_request)
        .await?;
    rebuild.took += search_time;
    phases.push(rebuild);
    before.ensure_unchanged(&target.retained_state().await?)?;
    // A second deployment finds nothing to do.
    let unchanged = target
        .run_phase("deploy again", Goal::Deploy, &all_stacks)
        .await?;
    if !unchanged.steps.is_empty() {
        return Err(DrillError::Failed {
            phase: "deploy again",
            why: format!("{} steps were left to do", unchanged.steps.len()),
        });
    }

    let identified: Vec<String> = remaining
        .imports
        .iter()
        .flat_map(|(stack, imports)| {
            let artifact = assembly
                .stacks
                .iter()
                .find(|artifact| *stack == artifact.name);
            let id = artifact.map(|artifact| artifact.id.clone());
            imports
                .iter()
                .filter_map(move |one| Some(format!("{}/{}", id.as_ref()?, one.logical_id)))
        })
        .collect();
    let (imported_by_id, imported_by_name) = before
        .retained
        .into_iter()
        .partition(|(place, _)| identified.contains(place));
    Ok(DrillReport {
        environment: assembly.environment,
        account: assembly.account.clone(),
        region: assembly.region.clone(),
        phases,
        imported_by_id,
        imported_by_name,
        images: before.images,
    })
}
