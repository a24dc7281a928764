//! Calls of other services than CloudFormation: the images and the pipeline executions of a rehearsal.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html>

use std::collections::BTreeMap;

use emulator::api::ApiError;
use emulator::server::OtherServiceRequest;
use serde_json::{Value, json};

use crate::pipelines::policy::Request;
use crate::pipelines::run::error::RunError;
use crate::pipelines::run::service_state::ServiceState;

const DESCRIBE_IMAGES: &str = "AmazonEC2ContainerRegistry_V20150921.DescribeImages";

/// The repository of a `DescribeImages` call.
pub(super) fn repository_of(call: &OtherServiceRequest<'_>) -> Option<String> {
    named(call, DESCRIBE_IMAGES, "repositoryName")
}

pub(super) fn describe_images_request(call: &OtherServiceRequest<'_>, repository: &str) -> Request {
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
    // An image may have several tags.
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
        message: format!("can't read the images: {error}"),
        status: 500,
    }
}

const LIST: &str = "CodePipeline_20150709.ListPipelineExecutions";

/// The pipeline of a `ListPipelineExecutions` call.
pub(super) fn pipeline_of(call: &OtherServiceRequest<'_>) -> Option<String> {
    named(call, LIST, "pipelineName")
}

pub(super) fn list_executions_request(call: &OtherServiceRequest<'_>, pipeline: &str) -> Request {
    let (region, account) = (&call.caller.region, &call.caller.account);
    let arn = format!("arn:aws:codepipeline:{region}:{account}:{pipeline}");
    Request::new("codepipeline:ListPipelineExecutions", arn)
}

/// The finished executions of a pipeline, newest first, on one page. They have no times.
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

/// The value of a key in the body of a call, where the call is of this operation.
fn named(call: &OtherServiceRequest<'_>, operation: &str, key: &str) -> Option<String> {
    if call.target != operation {
        return None;
    }
    let body: Value = serde_json::from_slice(call.body).ok()?;
    body[key].as_str().map(str::to_owned)
}
