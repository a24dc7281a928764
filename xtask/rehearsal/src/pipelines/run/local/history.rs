//! The pipelines, for programs that ask for their history themselves: the runs of this rehearsal.
//!
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html>

use emulator::server::OtherServiceRequest;
use serde_json::{Value, json};

use super::beside::named;
use crate::pipelines::policy::Request;
use crate::pipelines::run::world::World;

const LIST: &str = "CodePipeline_20150709.ListPipelineExecutions";

/// The pipeline whose runs a call asks for, if it does.
pub(super) fn pipeline_of(call: &OtherServiceRequest<'_>) -> Option<String> {
    named(call, LIST, "pipelineName")
}

/// What IAM is asked.
pub(super) fn request(call: &OtherServiceRequest<'_>, pipeline: &str) -> Request {
    let (region, account) = (&call.caller.region, &call.caller.account);
    let arn = format!("arn:aws:codepipeline:{region}:{account}:{pipeline}");
    Request::new("codepipeline:ListPipelineExecutions", arn)
}

/// The runs of a pipeline that ended, newest first, all on one page. They have no times: nothing here
/// has a clock.
pub(super) fn executions(world: &World, pipeline: &str) -> Value {
    let runs = world.runs(pipeline);
    let all = runs.len();
    let summaries = runs.into_iter().enumerate().map(|(index, run)| {
        let revisions = run.commit.into_iter();
        let revisions = revisions.map(|commit| json!({ "revisionId": commit }));
        json!({
            "pipelineExecutionId": format!("00000000-0000-4000-8000-{:012}", all - index),
            "status": run.status,
            "sourceRevisions": revisions.collect::<Vec<_>>(),
        })
    });
    json!({ "pipelineExecutionSummaries": summaries.collect::<Vec<_>>() })
}
