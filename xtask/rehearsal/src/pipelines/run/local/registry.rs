//! The registry, for programs that ask it themselves: the images that builds have pushed.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>

use std::collections::BTreeMap;

use emulator::api::ApiError;
use emulator::server::OtherServiceRequest;
use serde_json::{Value, json};

use super::beside::named;
use crate::pipelines::policy::Request;
use crate::pipelines::run::error::RunError;
use crate::pipelines::run::world::World;

const DESCRIBE_IMAGES: &str = "AmazonEC2ContainerRegistry_V20150921.DescribeImages";

/// The repository whose images a call asks for, if it does.
pub(super) fn repository_of(call: &OtherServiceRequest<'_>) -> Option<String> {
    named(call, DESCRIBE_IMAGES, "repositoryName")
}

/// What IAM is asked.
pub(super) fn request(call: &OtherServiceRequest<'_>, repository: &str) -> Request {
    let (region, account) = (&call.caller.region, &call.caller.account);
    let arn = format!("arn:aws:ecr:{region}:{account}:repository/{repository}");
    Request::new("ecr:DescribeImages", arn)
}

/// The images of a repository, all on one page.
pub(super) fn describe_images(world: &World, repository: &str) -> Result<Value, ApiError> {
    let images = world
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
