//! Permissions of KMS: keys are authorized by their tags, also where another service uses them.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>

use super::call::{HandlerCall, Operation, RequiredPermission};
use crate::pipelines::policy::Request;

/// Further permissions on a new key: KMS checks `PutKeyPolicy`, and CloudFormation calls the read
/// handler.
const AFTERWARDS: [&str; 5] = [
    "kms:PutKeyPolicy",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
];

pub(super) fn required(call: &HandlerCall<'_>, action: &str) -> Vec<RequiredPermission> {
    let made = call.operation == Operation::Create;
    let requests = match (call.resource.resource_type, action) {
        (_, "kms:ListKeys" | "kms:ListAliases") => vec![Request::new(action, "*")],
        (_, "kms:CreateKey") => created(call),
        // Only where the key is created disabled.
        ("AWS::KMS::Key", "kms:DisableKey") if made && call.properties["Enabled"] != false => {
            Vec::new()
        }
        ("AWS::KMS::Key", _) => {
            let own = call.arn.iter().map(|arn| Request::new(action, &**arn));
            own.map(|request| match action {
                "kms:TagResource" => requested(call, request),
                _ if made => request,
                _ => tagged(call.resource.stack, request),
            })
            .collect()
        }
        // An alias is authorized twice: on itself and on its key, which may be as new.
        ("AWS::KMS::Alias", _) => {
            let alias = call.arn.iter().map(|arn| Request::new(action, &**arn));
            let keys = used(call, action);
            alias.chain(keys).collect()
        }
        (resource_type, _) => {
            let service = match resource_type {
                "AWS::ECR::Repository" => "ecr",
                "AWS::Lambda::Function" => "lambda",
                _ => "ecs",
            };
            let via = format!("{service}.{}.amazonaws.com", call.stacks.region());
            used(call, action)
                .into_iter()
                .map(|request| request.with("kms:ViaService", via.as_str()))
                .collect()
        }
    };
    requests
        .into_iter()
        .map(RequiredPermission::OnResource)
        .collect()
}

/// KMS refuses `CreateKey` with a policy unless the caller may call `PutKeyPolicy` afterwards: by the new policy,
/// or by the caller's own policies, for which the key has no tags yet. The calls that set the key up right after
/// are evaluated without tags too: a new tag may not be seen at once.
///
/// Sources: <https://repost.aws/knowledge-center/update-key-policy-future>,
/// <https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html>,
/// <https://github.com/aws-solutions/innovation-sandbox-on-aws/issues/31>
fn created(call: &HandlerCall<'_>) -> Vec<Request> {
    let create = requested(call, Request::new("kms:CreateKey", "*"));
    let own = |action: &str| call.arn.as_ref().map(|arn| Request::new(action, &**arn));
    let afterwards = AFTERWARDS.into_iter().filter_map(own);
    [create].into_iter().chain(afterwards).collect()
}

/// Requests on the keys that the properties name, by ARN or by id.
fn used(call: &HandlerCall<'_>, action: &str) -> Vec<Request> {
    let target = call.properties["TargetKeyId"].as_str();
    let keys = call
        .stacks
        .resources_of_type("AWS::KMS::Key")
        .filter_map(|key| {
            let identity = call.stacks.identity(&key).ok()?;
            Some((key.stack, identity.name, identity.arn?))
        });
    let named = call.mentioned_arns("kms");
    let made = call.operation == Operation::Create;
    keys.filter(|(_, id, arn)| named.contains(arn) || target == Some(id))
        .map(|(stack, _, arn)| {
            let request = Request::new(action, arn);
            if made && stack == call.resource.stack {
                request
            } else {
                tagged(stack, request)
            }
        })
        .collect()
}

/// Adds the tags of the stack's resources.
fn tagged(stack: &str, request: Request) -> Request {
    let (environment, id) = parts(stack);
    request
        .with("aws:ResourceTag/lemonade:environment", environment)
        .with("aws:ResourceTag/lemonade:stack", id)
}

/// Adds the tags that a new resource is requested with.
fn requested(call: &HandlerCall<'_>, request: Request) -> Request {
    let (environment, id) = parts(call.resource.stack);
    request
        .with("aws:RequestTag/lemonade:environment", environment)
        .with("aws:RequestTag/lemonade:stack", id)
}

/// Environment and id of `lemonade-<environment>-<id>`.
fn parts(stack: &str) -> (&str, &str) {
    let rest = stack.split_once('-').map_or(stack, |(_, rest)| rest);
    rest.split_once('-').unwrap_or((rest, ""))
}
