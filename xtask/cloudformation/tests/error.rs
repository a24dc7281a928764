//! AWS's error codes and sentences, as they were answered.

use std::error::Error;

use cloudformation::{ClientError, ErrorAnswer, classify, finds_existing, is_empty};

/// The name of a variant.
fn kind(error: &ClientError) -> &'static str {
    match error {
        ClientError::StackNotFound(_) => "StackNotFound",
        ClientError::ChangeSetNotFound(_) => "ChangeSetNotFound",
        ClientError::AlreadyExists(_) => "AlreadyExists",
        ClientError::Busy(_) => "Busy",
        ClientError::AlreadyAccepted(_) => "AlreadyAccepted",
        ClientError::Throttled(_) => "Throttled",
        ClientError::ExpiredCredentials(_) => "ExpiredCredentials",
        ClientError::InvalidCredentials(_) => "InvalidCredentials",
        ClientError::RoleNotAssumable(_) => "RoleNotAssumable",
        ClientError::AccessDenied(_) => "AccessDenied",
        ClientError::Invalid(_) => "Invalid",
        ClientError::LimitExceeded(_) => "LimitExceeded",
        ClientError::NoAnswer { .. } => "NoAnswer",
        ClientError::Other { .. } => "Other",
        _ => "a variant that this test does not know",
    }
}

/// Status, code, message, what it is. A comment says who answered it.
const ANSWERS: &[(u16, &str, &str, &str)] = &[
    // DescribeStacks, GetTemplate (AWS; ministack).
    (
        400,
        "ValidationError",
        "Stack with id lemonade-staging-network does not exist",
        "StackNotFound",
    ),
    // The other calls (boto3#2327; ministack).
    (
        400,
        "ValidationError",
        "Stack [lemonade-staging-network] does not exist",
        "StackNotFound",
    ),
    (
        400,
        "ValidationError",
        "Stack:arn:aws:cloudformation:eu-west-1:444455556666:stack/a/b does not exist",
        "StackNotFound",
    ),
    (
        404,
        "StackNotFoundException",
        "Stack a not found",
        "StackNotFound",
    ),
    // AWS (terraform-provider-aws#22834).
    (
        400,
        "ValidationError",
        "Role arn:aws:iam::444455556666:role/lemonade/staging/execution is invalid or cannot be assumed",
        "RoleNotAssumable",
    ),
    // AWS (aws-cdk#6674; ministack).
    (
        404,
        "ChangeSetNotFound",
        "ChangeSet [a] does not exist",
        "ChangeSetNotFound",
    ),
    (
        400,
        "ValidationError",
        "ChangeSet [a] does not exist",
        "ChangeSetNotFound",
    ),
    // Something else that does not exist (ministack, after AWS).
    (
        400,
        "ValidationError",
        "Resource [Vpc] does not exist in stack [a]",
        "Invalid",
    ),
    (
        400,
        "ValidationError",
        "Requested attribute Arn does not exist in schema for AWS::EC2::VPC",
        "Invalid",
    ),
    (
        400,
        "ValidationError",
        "Parameters: [ImageDigest] do not exist in the template",
        "Invalid",
    ),
    // CreateChangeSet (saksdirect/nova#10; landing-zone-accelerator-on-aws#342; ministack).
    (
        400,
        "AlreadyExistsException",
        "ChangeSet a cannot be created due to a mismatch with existing attribute Template",
        "AlreadyExists",
    ),
    (
        400,
        "AlreadyExistsException",
        "ChangeSet a cannot be created due to a mismatch with existing attribute ClientToken",
        "AlreadyExists",
    ),
    (
        400,
        "AlreadyExistsException",
        "ChangeSet [a] already exists",
        "AlreadyExists",
    ),
    // CreateChangeSet of type CREATE over a stack (amazon-ecs-cli, LocalStack's recordings of AWS).
    (
        400,
        "ValidationError",
        "Stack [a] already exists and cannot be created again with the changeSet [b].",
        "AlreadyExists",
    ),
    // Any change of a stack that does not take one now (org-formation#455, cfn-sphere#28).
    (
        400,
        "ValidationError",
        "Stack:arn:aws:cloudformation:eu-west-1:444455556666:stack/a/b is in UPDATE_ROLLBACK_FAILED state and can not be updated.",
        "Busy",
    ),
    (
        400,
        "ValidationError",
        "Stack [a] is in UPDATE_IN_PROGRESS state and cannot be updated",
        "Busy",
    ),
    (
        400,
        "ValidationError",
        "Stack [a] cannot be deleted while in status ROLLBACK_IN_PROGRESS",
        "Busy",
    ),
    (
        400,
        "ValidationError",
        "Stack:arn:aws:cloudformation:eu-west-1:444455556666:stack/a/b is in UPDATE_COMPLETE state and can not continue update rollback.",
        "Busy",
    ),
    // aws-cdk-cli writes this one down.
    (
        400,
        "ValidationError",
        "This stack is currently in a non-terminal [UPDATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter",
        "Busy",
    ),
    (
        400,
        "ValidationError",
        "CancelUpdateStack cannot be called from current stack status",
        "Busy",
    ),
    (
        400,
        "ValidationError",
        "ContinueUpdateRollback cannot be called from current stack status",
        "Busy",
    ),
    (
        400,
        "ValidationError",
        "RollbackStack cannot be called from current stack status",
        "Busy",
    ),
    // ExecuteChangeSet (saksdirect/nova#10, aws-cdk#26182; ministack).
    (
        400,
        "InvalidChangeSetStatus",
        "ChangeSet [a] cannot be executed in its current status of [CREATE_IN_PROGRESS]",
        "Busy",
    ),
    (
        400,
        "InvalidChangeSetStatus",
        "ChangeSet [a] cannot be executed in its current execution status of [OBSOLETE]",
        "Busy",
    ),
    (
        400,
        "InvalidChangeSetStatus",
        "An operation on this ChangeSet is currently in progress.  Please attempt this operation again later.",
        "Busy",
    ),
    // The API reference of every call that takes a token.
    (
        400,
        "TokenAlreadyExistsException",
        "A client request token already exists.",
        "AlreadyAccepted",
    ),
    // DeleteStack (runway#199, aws-nuke#821).
    (
        400,
        "ValidationError",
        "Stack [a] cannot be deleted while TerminationProtection is enabled",
        "Invalid",
    ),
    // DeleteStack with resources to keep (ministack, after AWS).
    (
        400,
        "ValidationError",
        "Stack [a] is not in DELETE_FAILED state; RetainResources can only be specified for a stack in DELETE_FAILED state",
        "Invalid",
    ),
    (
        400,
        "ValidationError",
        "No export named lemonade-staging-network-Vpc found",
        "Invalid",
    ),
    (
        400,
        "ValidationError",
        "1 validation error detected: Value '…' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
        "Invalid",
    ),
    (
        400,
        "ValidationError",
        "Template format error: At least one Resources member must be defined.",
        "Invalid",
    ),
    (
        400,
        "InsufficientCapabilitiesException",
        "Requires capabilities : [CAPABILITY_NAMED_IAM]",
        "Invalid",
    ),
    // amplify-cli#2467, stacker#508.
    (
        400,
        "LimitExceededException",
        "Limit for stack has been exceeded",
        "LimitExceeded",
    ),
    // aws-cdk#1647, aws-cdk#5637.
    (400, "Throttling", "Rate exceeded", "Throttled"),
    (
        503,
        "SlowDown",
        "Please reduce your request rate.",
        "Throttled",
    ),
    (400, "ThrottlingException", "Rate exceeded", "Throttled"),
    (
        503,
        "RequestLimitExceeded",
        "Request limit exceeded.",
        "Throttled",
    ),
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    (
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
        "ExpiredCredentials",
    ),
    (
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
        "ExpiredCredentials",
    ),
    (
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        "InvalidCredentials",
    ),
    (
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        "InvalidCredentials",
    ),
    (
        403,
        "SignatureDoesNotMatch",
        "Signature expired: 20260102T030405Z is now earlier than 20260102T031405Z",
        "InvalidCredentials",
    ),
    (
        403,
        "AccessDenied",
        "User: arn:aws:iam::444455556666:user/a is not authorized to perform: cloudformation:DescribeStacks",
        "AccessDenied",
    ),
    (
        400,
        "AccessDeniedException",
        "User: arn:aws:iam::444455556666:user/a is not authorized to perform: sts:GetCallerIdentity",
        "AccessDenied",
    ),
    (
        403,
        "OptInRequired",
        "The AWS Access Key Id needs a subscription for the service",
        "AccessDenied",
    ),
    (
        500,
        "InternalFailure",
        "The request processing has failed because of an unknown error.",
        "NoAnswer",
    ),
    (
        503,
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
        "NoAnswer",
    ),
    (502, "", "", "NoAnswer"),
    (
        400,
        "InvalidAction",
        "Unknown action: DescribeEvents",
        "Other",
    ),
    (404, "", "", "Other"),
];

fn answer<'a>(status: u16, code: &'a str, message: &'a str) -> ErrorAnswer<'a> {
    ErrorAnswer {
        service: "CloudFormation",
        status,
        code,
        message,
    }
}

#[test]
fn each_sentence_is_understood() {
    let wrong: Vec<String> = ANSWERS
        .iter()
        .filter_map(|&(status, code, message, expected)| {
            let error = classify(answer(status, code, message));
            let found = kind(&error);
            (found != expected).then(|| format!("{found} for {code}: {message}"))
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_was_said_is_kept() {
    for &(status, code, message, _) in ANSWERS {
        let error = classify(answer(status, code, message));
        let mut text = vec![error.to_string()];
        text.extend(error.source().map(ToString::to_string));
        let is_kept = text.iter().any(|text| text.contains(message));
        assert!(is_kept, "{text:?} lacks {message:?}");
    }
}

#[test]
fn an_empty_change_set_is_told_from_one_that_failed() {
    for reason in [
        "The submitted information didn't contain changes. Submit different information to create a change set.",
        "No updates are to be performed.",
        "No updates are to be performed",
    ] {
        assert!(is_empty(reason), "{reason}");
    }
    for reason in [
        "",
        "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document.",
        "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck].",
        "No export named lemonade-staging-network-Vpc found. Rollback requested by user.",
    ] {
        assert!(!is_empty(reason), "{reason}");
    }
}

#[test]
fn what_exists_already_is_told_from_other_failures() {
    assert!(finds_existing(
        "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]."
    ));
    for reason in [
        "",
        "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation].",
        "No updates are to be performed.",
    ] {
        assert!(!finds_existing(reason), "{reason}");
    }
}
