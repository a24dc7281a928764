//! The shim of the AWS CLI: the calls that buildspecs and the script of a machine make.
//!
//! Exit codes are those of the CLI: 254 for a service error, 252 for an invalid command.
//!
//! Source: <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html>

use std::fs;

use super::call::{Answer, Call};
use crate::pipelines::policy::Request;
use crate::pipelines::run::error::{At as _, RunError};

const REFUSED: u8 = 254;
const NOT_UNDERSTOOD: u8 = 252;

pub(super) fn answer(call: &Call<'_>) -> Result<Answer, RunError> {
    match call.words().as_slice() {
        ["ecr", "get-login-password"] => {
            permitted(
                call,
                &[Request::new("ecr:GetAuthorizationToken", "*")],
                || {
                    // The password is the build's access key id.
                    Ok(Answer::success(format!("{}\n", call.key)))
                },
            )
        }
        ["ecr", "describe-images", ..] => describe_images(call),
        ["s3", "cp", ..] => copy(call),
        ["codepipeline", "list-pipeline-executions", ..] => executions(call),
        ["codepipeline", "start-pipeline-execution", ..] => start(call),
        ["ecs", "describe-clusters", ..] => capacity_providers(call),
        ["ssm", "get-parameter", ..] => parameter(call),
        words => Ok(Answer::failure(
            NOT_UNDERSTOOD,
            format!("aws {}: not rehearsed\n", words.join(" ")),
        )),
    }
}

fn permitted(
    call: &Call<'_>,
    requests: &[Request],
    then: impl FnOnce() -> Result<Answer, RunError>,
) -> Result<Answer, RunError> {
    match call.first_denied(&call.key, requests)? {
        Some(error) => Ok(Answer::failure(REFUSED, error + "\n")),
        None => then(),
    }
}

/// An ARN in the account and region of the rehearsal.
pub(super) fn own(call: &Call<'_>, service: &str, resource: &str) -> Result<String, RunError> {
    let stacks = call.services.deployed_stacks()?;
    let (region, account) = (stacks.region(), stacks.account());
    Ok(format!("arn:aws:{service}:{region}:{account}:{resource}"))
}

fn describe_images(call: &Call<'_>) -> Result<Answer, RunError> {
    let repository = call.option("--repository-name").unwrap_or_default();
    let tag = call.option("--image-ids").unwrap_or_default();
    let tag = tag.strip_prefix("imageTag=").unwrap_or_default();
    let arn = own(call, "ecr", &format!("repository/{repository}"))?;
    permitted(call, &[Request::new("ecr:DescribeImages", arn)], || {
        let Some(image) = call.services.image(repository, tag)? else {
            let error = format!(
                "An error occurred (ImageNotFoundException) when calling the DescribeImages \
                 operation: The image with imageId {{imageTag:'{tag}'}} does not exist within the \
                 repository with name '{repository}'\n"
            );
            return Ok(Answer::failure(REFUSED, error));
        };
        Ok(match call.option("--query") {
            Some("imageDetails[0].imageDigest") => Answer::success(format!("{}\n", image.digest)),
            None => Answer::success(format!(
                "{{\"imageDetails\":[{{\"imageDigest\":\"{}\"}}]}}\n",
                image.digest
            )),
            Some(other) => {
                Answer::failure(NOT_UNDERSTOOD, format!("query {other}: not rehearsed\n"))
            }
        })
    })
}

fn copy(call: &Call<'_>) -> Result<Answer, RunError> {
    let words = call.words();
    let places: Vec<&str> = words
        .iter()
        .skip(2)
        .filter(|word| !word.starts_with("--"))
        .copied()
        .collect();
    let target = match places.as_slice() {
        [from, to] => to
            .strip_prefix("s3://")
            .and_then(|to| to.split_once('/'))
            .map(|(bucket, key)| (*from, bucket, key)),
        _ => None,
    };
    let Some((from, bucket, key)) = target else {
        let error = format!("aws {}: not rehearsed\n", words.join(" "));
        return Ok(Answer::failure(NOT_UNDERSTOOD, error));
    };
    let mut requests = vec![Request::new(
        "s3:PutObject",
        format!("arn:aws:s3:::{bucket}/{key}"),
    )];
    requests.extend(encrypts(call, bucket)?);
    permitted(call, &requests, || {
        let object = call.services.object_path(bucket, key);
        if let Some(folder) = object.parent() {
            fs::create_dir_all(folder).at(folder)?;
        }
        fs::copy(from, &object).at(from)?;
        Ok(Answer::success(String::new()))
    })
}

/// The permission that encrypting an object needs, where its bucket has a KMS key.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>
fn encrypts(call: &Call<'_>, bucket: &str) -> Result<Option<Request>, RunError> {
    let stacks = call.services.deployed_stacks()?;
    let mut buckets = stacks.resources_of_type("AWS::S3::Bucket");
    let Some(found) = buckets.find(|found| found.properties["BucketName"] == bucket) else {
        return Ok(None);
    };
    let properties = stacks.properties(&found)?;
    let rules = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"];
    let key = rules[0]["ServerSideEncryptionByDefault"]["KMSMasterKeyID"].as_str();
    let via = format!("s3.{}.amazonaws.com", stacks.region());
    Ok(key.map(|key| Request::new("kms:GenerateDataKey", key).with("kms:ViaService", via)))
}

/// The capacity providers of a cluster, as its template associates them.
fn capacity_providers(call: &Call<'_>) -> Result<Answer, RunError> {
    let cluster = call.option("--clusters").unwrap_or_default();
    let arn = own(call, "ecs", &format!("cluster/{cluster}"))?;
    permitted(call, &[Request::new("ecs:DescribeClusters", arn)], || {
        if call.option("--query") != Some("clusters[0].capacityProviders") {
            let error = "describe-clusters: this query is not rehearsed\n".to_owned();
            return Ok(Answer::failure(NOT_UNDERSTOOD, error));
        }
        let stacks = call.services.deployed_stacks()?;
        let mut names = Vec::new();
        for association in stacks.resources_of_type("AWS::ECS::ClusterCapacityProviderAssociations")
        {
            let properties = stacks.properties(&association)?;
            let providers = properties["CapacityProviders"].as_array();
            let providers = providers.into_iter().flatten();
            names.extend(providers.filter_map(|name| name.as_str().map(str::to_owned)));
        }
        Ok(Answer::success(format!("{}\n", names.join("\t"))))
    })
}

fn parameter(call: &Call<'_>) -> Result<Answer, RunError> {
    let name = call.option("--name").unwrap_or_default();
    let arn = own(call, "ssm", &format!("parameter/{name}"))?;
    permitted(call, &[Request::new("ssm:GetParameter", arn)], || {
        Ok(Answer::success("{}\n".to_owned()))
    })
}

fn executions(call: &Call<'_>) -> Result<Answer, RunError> {
    let name = call.option("--pipeline-name").unwrap_or_default();
    let arn = own(call, "codepipeline", name)?;
    let request = Request::new("codepipeline:ListPipelineExecutions", arn);
    permitted(call, &[request], || {
        if call.option("--query") != Some("pipelineExecutionSummaries[].status") {
            let error = "list-pipeline-executions: this query is not rehearsed\n".to_owned();
            return Ok(Answer::failure(NOT_UNDERSTOOD, error));
        }
        // `--output text` separates the items of a list by tabs.
        let runs = call.services.finished_runs(name).into_iter();
        let statuses: Vec<String> = runs.map(|run| run.status).collect();
        Ok(Answer::success(format!("{}\n", statuses.join("\t"))))
    })
}

fn start(call: &Call<'_>) -> Result<Answer, RunError> {
    let name = call.option("--name").unwrap_or_default();
    let arn = own(call, "codepipeline", name)?;
    let request = Request::new("codepipeline:StartPipelineExecution", arn);
    permitted(call, &[request], || {
        call.services.request_start(name)?;
        Ok(Answer::success(
            "00000000-0000-4000-8000-000000000000\n".to_owned(),
        ))
    })
}
