//! ECR.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>

use cloudformation::Page;
use deploy::inspect::services::Image;
use serde::Deserialize;
use serde_json::json;

use super::time::{Seconds, timestamp};
use crate::signed::{Call, JsonVersion, Response, Service, SignedError};

/// <https://docs.aws.amazon.com/general/latest/gr/ecr.html>
pub(super) const ECR: Service = Service {
    signing_name: "ecr",
    ..Service::new("ECR", "api.ecr")
};

pub(super) fn images(account: &str, repository: &str, next: Option<String>) -> Call {
    let mut body = json!({
        "registryId": account,
        "repositoryName": repository,
        "maxResults": 1000,
    });
    if let Some(next) = next {
        body["nextToken"] = next.into();
    }
    Call::Json {
        version: JsonVersion::V1_1,
        target: "AmazonEC2ContainerRegistry_V20150921.DescribeImages",
        body,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    #[serde(default)]
    image_details: Vec<Detail>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    image_digest: String,
    #[serde(default)]
    image_tags: Vec<String>,
    image_pushed_at: Option<Seconds>,
}

pub(super) fn read_images(response: &Response) -> Result<Page<Image>, SignedError> {
    let described: Described = response.json()?;
    let image = |detail: Detail| Image {
        digest: detail.image_digest,
        tags: detail.image_tags,
        pushed: timestamp(detail.image_pushed_at),
    };
    Ok(Page {
        items: described.image_details.into_iter().map(image).collect(),
        next: described.next_token,
    })
}
