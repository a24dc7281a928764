//! CodePipeline.
//!
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/Welcome.html>

use cloudformation::Page;
use deploy::inspect::services::{Execution, ExecutionStatus, FailedAction, Stage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::time::{Seconds, timestamp};
use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

pub(super) const CODEPIPELINE: Service = Service::new("CodePipeline", "codepipeline");

pub(super) const NO_PIPELINE: &str = "PipelineNotFoundException";

/// How many runs are asked for: the newest one counts, and those before it say what was well.
const RUNS: u32 = 20;

/// How many runs a page of the history has: as many as there may be.
const PAGE: u32 = 100;

const LIST: &str = "CodePipeline_20150709.ListPipelineExecutions";

fn call(target: &'static str, body: Value) -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target,
        body,
    }
}

pub(super) fn executions(pipeline: &str) -> Call {
    let body = json!({ "pipelineName": pipeline, "maxResults": RUNS });
    call(LIST, body)
}

pub(super) fn history(pipeline: &str, next: Option<String>) -> Call {
    let mut body = json!({ "pipelineName": pipeline, "maxResults": PAGE });
    if let Some(next) = next {
        body["nextToken"] = next.into();
    }
    call(LIST, body)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    pipeline_execution_summaries: Vec<Summary>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    pipeline_execution_id: String,
    status: String,
    start_time: Option<Seconds>,
    last_update_time: Option<Seconds>,
    #[serde(default)]
    source_revisions: Vec<Revision>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revision {
    revision_id: Option<String>,
}

pub(super) fn read_executions(response: &Response) -> Result<Vec<Execution>, SignedError> {
    read_history(response).map(|page| page.items)
}

pub(super) fn read_history(response: &Response) -> Result<Page<Execution>, SignedError> {
    let listed: Listed = response.json()?;
    let summaries = listed.pipeline_execution_summaries.into_iter();
    let run = |one: Summary| Execution {
        id: one.pipeline_execution_id,
        status: ExecutionStatus::from(one.status.as_str()),
        started: timestamp(one.start_time),
        ended: timestamp(one.last_update_time),
        commit: commit(one.source_revisions),
    };
    Ok(Page {
        items: summaries.map(run).collect(),
        next: listed.next_token,
    })
}

/// A pipeline has other sources too: of the release, the revision is a version in a bucket.
fn commit(revisions: Vec<Revision>) -> Option<String> {
    let ids = revisions.into_iter().filter_map(|one| one.revision_id);
    let is_commit = |id: &String| id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    ids.into_iter().find(is_commit)
}

pub(super) fn stages(pipeline: &str) -> Call {
    let body = json!({ "name": pipeline });
    call("CodePipeline_20150709.GetPipelineState", body)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    #[serde(default)]
    stage_states: Vec<StageState>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StageState {
    stage_name: String,
    inbound_transition_state: Option<Transition>,
    #[serde(default)]
    action_states: Vec<ActionState>,
    latest_execution: Option<StageExecution>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transition {
    enabled: bool,
    last_changed_by: Option<String>,
    disabled_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StageExecution {
    pipeline_execution_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionState {
    action_name: String,
    latest_execution: Option<ActionExecution>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionExecution {
    status: Option<String>,
    summary: Option<String>,
    external_execution_url: Option<String>,
    error_details: Option<ErrorDetails>,
}

#[derive(Deserialize)]
struct ErrorDetails {
    message: Option<String>,
}

pub(super) fn read_stages(response: &Response) -> Result<Vec<Stage>, SignedError> {
    let state: State = response.json()?;
    Ok(state.stage_states.into_iter().map(stage).collect())
}

fn stage(state: StageState) -> Stage {
    Stage {
        name: state.stage_name,
        execution: state
            .latest_execution
            .map(|execution| execution.pipeline_execution_id),
        closed: state.inbound_transition_state.and_then(closed),
        failed: state.action_states.into_iter().filter_map(failed).collect(),
    }
}

fn closed(transition: Transition) -> Option<String> {
    if transition.enabled {
        return None;
    }
    let by = transition.last_changed_by.as_deref();
    let by = by.map_or("an unknown caller", |arn| {
        arn.rsplit('/').next().unwrap_or(arn)
    });
    Some(match transition.disabled_reason {
        Some(reason) => format!("disabled by {by}: {reason}"),
        None => format!("disabled by {by}"),
    })
}

fn failed(action: ActionState) -> Option<FailedAction> {
    let execution = action.latest_execution?;
    (execution.status.as_deref() == Some("Failed")).then(|| FailedAction {
        name: action.action_name,
        message: execution
            .error_details
            .and_then(|details| details.message)
            .or(execution.summary),
        log: execution.external_execution_url,
    })
}
