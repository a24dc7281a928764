//! The story: deployed, released, lost, rebuilt.

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

use crate::disaster::act::{Act, Aim, Stage};
use crate::disaster::cast::releases;
use crate::disaster::error::DrillError;

/// The story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Story {
    /// The environment.
    pub environment: EnvironmentName,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// Deploy, release, destroy, rebuild.
    pub acts: Vec<Act>,
    /// What was taken over by what identifies it: stack and resource, physical id.
    pub taken_over: BTreeMap<String, String>,
    /// What CloudFormation imported by its name: stack and resource, physical id.
    pub by_name: BTreeMap<String, String>,
    /// What the services ran before, and run again.
    pub images: BTreeMap<String, String>,
}

/// Lets it happen.
///
/// # Errors
///
/// When an act does not succeed, or something is not as it was before the loss.
pub fn drill(assembly: &Assembly) -> Result<Story, DrillError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(DrillError::Runtime)?
        .block_on(told(assembly))
}

async fn told(assembly: &Assembly) -> Result<Story, DrillError> {
    let settings = Settings {
        caller: Caller {
            account: assembly.account.clone(),
            region: assembly.region.clone(),
        },
        ..Settings::default()
    };
    let cloud = Arc::new(Mutex::new(Cloud::new(Options::default())));
    let stage = Stage {
        assembly,
        port: Local::new(cloud, settings),
    };
    let everything = Request {
        manual_stacks: true,
        ..Request::default()
    };
    let mut acts = vec![stage.act("deploy", Aim::Deploy, &everything).await?];
    let released = Request {
        parameters: releases(assembly),
        ..everything.clone()
    };
    acts.push(stage.act("release", Aim::Deploy, &released).await?);
    let before = stage.cast().await?;

    acts.push(stage.act("destroy", Aim::Destroy, &everything).await?);

    // All that is known now is what AWS remembers.
    let observed = stage.observed().await?;
    let begin = stage.port.now().0;
    let remaining =
        orphans::rebuild_input(&stage.port, assembly, &observed, &RateLimits::default()).await?;
    let searched = stage.port.now().0 - begin;
    let rebuilt = Request {
        imports: remaining.imports.clone(),
        parameters: remaining.parameters,
        ..everything.clone()
    };
    let mut rebuild = stage.act("rebuild", Aim::Deploy, &rebuilt).await?;
    rebuild.took += searched;
    acts.push(rebuild);
    before.is_still(&stage.cast().await?)?;
    // And nothing is left to do.
    let again = stage.act("deploy again", Aim::Deploy, &everything).await?;
    if !again.steps.is_empty() {
        return Err(DrillError::Failed {
            act: "deploy again",
            why: format!("{} stacks were not as defined", again.steps.len()),
        });
    }

    let identified: Vec<String> = remaining
        .imports
        .iter()
        .flat_map(|(stack, imports)| {
            let artifact = assembly
                .stacks
                .iter()
                .find(|artifact| artifact.name.as_str() == stack);
            let id = artifact.map(|artifact| artifact.id.clone());
            imports
                .iter()
                .filter_map(move |one| Some(format!("{}/{}", id.as_ref()?, one.logical_id)))
        })
        .collect();
    let (taken_over, by_name) = before
        .retained
        .into_iter()
        .partition(|(place, _)| identified.contains(place));
    Ok(Story {
        environment: assembly.environment,
        account: assembly.account.clone(),
        region: assembly.region.clone(),
        acts,
        taken_over,
        by_name,
        images: before.images,
    })
}
