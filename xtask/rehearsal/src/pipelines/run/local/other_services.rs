//! Calls of other services than CloudFormation: the images and the pipeline executions of a rehearsal.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html>

use std::collections::BTreeMap;

use emulator::api::ApiError;
use emulator::server::Beside;
use serde_json::{Value, json};

use crate::pipelines::policy::Request;
use crate::pipelines::run::error::RunError;
use crate::pipelines::run::service_state::ServiceState;

const DESCRIBE_IMAGES: &str = "AmazonEC2ContainerRegistry_V20150921.DescribeImages";

/// The repository whose images a call asks for, if it does.
pub(super) fn repository_of(call: &Beside<'_>) -> Option<String> {
    named(call, DESCRIBE_IMAGES, "repositoryName")
}

/// What IAM is asked.
pub(super) fn describe_images_request(call: &Beside<'_>, repository: &str) -> Request {
    let (region, account) = (&call.caller.region, &call.caller.account);
    let arn = format!("arn:aws:ecr:{region}:{account}:repository/{repository}");
    Request::new("ecr:DescribeImages", arn)
}

/// The images of a repository, all on one page.
pub(super) fn describe_images(
    services: &ServiceState,
    repository: &str,
) -> Result<Value, ApiError> {
    let images = services
        .images(repository)
        .map_err(|error| unreadable(&error))?;
    // An image may have several tags: it is one all the same.
    let mut details: BTreeMap<String, (Vec<String>, f64)> = BTreeMap::new();
    for (tag, image, pushed) in images {
        let detail = details.entry(image.digest).or_insert((Vec::new(), pushed));
        detail.0.push(tag);
        detail.1 = detail.1.min(pushed);
    }
    let details: Vec<Value> = details
        .into_iter()
        .map(|(digest, (tags, pushed))| {
            json!({ "imageDigest": digest, "imageTags": tags, "imagePushedAt": pushed })
        })
        .collect();
    Ok(json!({ "imageDetails": details }))
}

fn unreadable(error: &RunError) -> ApiError {
    ApiError {
        code: "ServerException",
        message: format!("the registry can't be read: {error}"),
        status: 500,
    }
}

const LIST: &str = "CodePipeline_20150709.ListPipelineExecutions";

/// The pipeline whose runs a call asks for, if it does.
pub(super) fn pipeline_of(call: &Beside<'_>) -> Option<String> {
    named(call, LIST, "pipelineName")
}

/// What IAM is asked.
pub(super) fn list_executions_request(call: &Beside<'_>, pipeline: &str) -> Request {
    let (region, account) = (&call.caller.region, &call.caller.account);
    let arn = format!("arn:aws:codepipeline:{region}:{account}:{pipeline}");
    Request::new("codepipeline:ListPipelineExecutions", arn)
}

/// The runs of a pipeline that ended, newest first, all on one page. They have no times: nothing here
/// has a clock.
pub(super) fn executions(services: &ServiceState, pipeline: &str) -> Value {
    let runs = services.finished_runs(pipeline);
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

/// What a call names under a key of its body, if it is a call of this operation.
fn named(call: &Beside<'_>, operation: &str, key: &str) -> Option<String> {
    if call.target != operation {
        return None;
    }
    let body: Value = serde_json::from_slice(call.body).ok()?;
    body[key].as_str().map(str::to_owned)
}
