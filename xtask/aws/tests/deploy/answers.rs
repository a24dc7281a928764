//! The translation of answers. The answers have the shape of those in AWS's API reference, with the
//! oddities that endpoints have been seen to send.

use cloudformation::{
    ChangeSetId, ChangeSetName, ClientError, CloudFormation, DetectionStatus, DriftDetection,
    ExportName, StackId, StackName, ValidationFinding,
};

use crate::support::replay::{Replay, Step, answer, fault};

const ID: &str =
    "arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/1a2b";

#[tokio::test]
async fn stacks() {
    let replay = Replay::answering(&answer(
        "DescribeStacks",
        &format!(
            "<Stacks><member><StackId>{ID}</StackId><StackName>lemonade-staging-network</StackName>\
             <StackStatus>UPDATE_COMPLETE</StackStatus><StackStatusReason></StackStatusReason>\
             <CreationTime>2026-01-02T03:04:05.678Z</CreationTime>\
             <LastUpdatedTime>2026-02-03T04:05:06.007Z</LastUpdatedTime>\
             <EnableTerminationProtection>true</EnableTerminationProtection>\
             <RoleARN></RoleARN><DisableRollback>false</DisableRollback>\
             <Parameters><member><ParameterKey>ImageDigest</ParameterKey><ParameterValue>sha256:00</ParameterValue></member></Parameters>\
             <Outputs><member><OutputKey>Vpc</OutputKey><OutputValue>vpc-1</OutputValue><ExportName>lemonade-staging-network-Vpc</ExportName></member>\
             <member><OutputKey>DefinitionDigest</OutputKey><OutputValue>00ff</OutputValue><ExportName></ExportName></member></Outputs>\
             <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
             </member><member><StackId>{ID}2</StackId><StackName>b</StackName>\
             <StackStatus>REVIEW_IN_PROGRESS</StackStatus><CreationTime>2026-01-02T03:04:05Z</CreationTime>\
             </member><member><StackId>{ID}3</StackId><StackName>c</StackName>\
             <StackStatus>SOMETHING_NEW</StackStatus><CreationTime>2026-01-02T03:04:05Z</CreationTime>\
             <RoleARN>arn:aws:iam::444455556666:role/r</RoleARN></member></Stacks><NextToken>page 2</NextToken>"
        ),
    ));
    let page = replay.aws().await.stacks(None).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("page 2"));
    insta::assert_debug_snapshot!("stacks", page.items);
}

#[tokio::test]
async fn the_last_page_has_no_next_one() {
    let replay = Replay::answering(&answer(
        "DescribeStacks",
        "<Stacks/><NextToken></NextToken>",
    ));
    let page = replay
        .aws()
        .await
        .stacks(Some("page 2".to_owned()))
        .await
        .unwrap();
    assert_eq!(page.next, None);
    assert!(page.items.is_empty());
    assert!(replay.only().form().contains("NextToken: page 2"));
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_nothing() {
    let replay = Replay::new([Step::Answer(
        400,
        fault("ValidationError", "Stack with id a does not exist"),
    )]);
    assert_eq!(
        replay
            .aws()
            .await
            .stack(StackName::from("a"))
            .await
            .unwrap(),
        None
    );
    // Not repeated: it is an answer.
    replay.only();
}

#[tokio::test]
async fn a_stack_without_a_name_is_an_error() {
    let replay = Replay::answering(&answer(
        "DescribeStacks",
        "<Stacks><member><StackId>a</StackId><StackName></StackName>\
         <StackStatus>CREATE_COMPLETE</StackStatus></member></Stacks>",
    ));
    let error = replay
        .aws()
        .await
        .stack(StackName::from("a"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "IncompleteAnswer: a stack without a name"
    );
}

#[tokio::test]
async fn a_template_policy_importers() {
    let replay = Replay::answering(&answer(
        "GetTemplate",
        "<TemplateBody>{&quot;a&quot;: &quot;&lt;&amp;&gt;&quot;}\n</TemplateBody>\
         <StagesAvailable><member>Original</member></StagesAvailable>",
    ));
    let template = replay
        .aws()
        .await
        .template(StackName::from("a"))
        .await
        .unwrap();
    assert_eq!(template, "{\"a\": \"<&>\"}\n");

    let replay = Replay::answering(&answer("GetStackPolicy", ""));
    assert_eq!(
        replay
            .aws()
            .await
            .stack_policy(StackName::from("a"))
            .await
            .unwrap(),
        None
    );
    let replay = Replay::answering(&answer(
        "GetStackPolicy",
        "<StackPolicyBody></StackPolicyBody>",
    ));
    assert_eq!(
        replay
            .aws()
            .await
            .stack_policy(StackName::from("a"))
            .await
            .unwrap(),
        None
    );
    let replay = Replay::answering(&answer(
        "GetStackPolicy",
        "<StackPolicyBody>{}</StackPolicyBody>",
    ));
    assert_eq!(
        replay
            .aws()
            .await
            .stack_policy(StackName::from("a"))
            .await
            .unwrap()
            .as_deref(),
        Some("{}")
    );

    let replay = Replay::answering(&answer(
        "ListImports",
        "<Imports><member>b</member><member>c</member></Imports><NextToken>2</NextToken>",
    ));
    let page = replay
        .aws()
        .await
        .importers(&ExportName::from("e"), None)
        .await
        .unwrap();
    assert_eq!(
        (page.items, page.next.as_deref()),
        (vec!["b".into(), "c".into()], Some("2"))
    );
    let replay = Replay::new([Step::Answer(
        400,
        fault(
            "ValidationError",
            "Export 'e' is not imported by any stack.",
        ),
    )]);
    let page = replay
        .aws()
        .await
        .importers(&ExportName::from("e"), None)
        .await
        .unwrap();
    assert_eq!((page.items, page.next), (Vec::new(), None));
}

#[tokio::test]
async fn resources_and_events() {
    let replay = Replay::answering(&answer(
        "ListStackResources",
        "<StackResourceSummaries><member><LogicalResourceId>Vpc</LogicalResourceId>\
         <PhysicalResourceId></PhysicalResourceId><ResourceType>AWS::EC2::VPC</ResourceType>\
         <ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus>\
         <LastUpdatedTimestamp>2026-01-02T03:04:05Z</LastUpdatedTimestamp></member>\
         <member><LogicalResourceId>Key</LogicalResourceId><PhysicalResourceId>k</PhysicalResourceId>\
         <ResourceType>AWS::KMS::Key</ResourceType><ResourceStatus>REVIEW_NEW</ResourceStatus>\
         <LastUpdatedTimestamp>2026-01-02T03:04:05Z</LastUpdatedTimestamp></member></StackResourceSummaries>",
    ));
    let resources = replay
        .aws()
        .await
        .resources(StackName::from("a"), None)
        .await
        .unwrap();
    insta::assert_debug_snapshot!("resources", resources.items);

    let replay = Replay::answering(&answer(
        "DescribeStackEvents",
        &format!(
            "<StackEvents><member><EventId>2</EventId><StackId>{ID}</StackId><StackName>a</StackName>\
             <LogicalResourceId>Vpc</LogicalResourceId><PhysicalResourceId></PhysicalResourceId>\
             <ResourceType>AWS::EC2::VPC</ResourceType><Timestamp>2026-01-02T03:04:05.123Z</Timestamp>\
             <ResourceStatus>CREATE_FAILED</ResourceStatus>\
             <ResourceStatusReason>The CIDR is wrong &amp; bad</ResourceStatusReason>\
             <ClientRequestToken>t</ClientRequestToken></member>\
             <member><EventId>1</EventId><StackId>{ID}</StackId><StackName>a</StackName>\
             <LogicalResourceId>Vpc</LogicalResourceId><PhysicalResourceId></PhysicalResourceId>\
             <ResourceType>AWS::EC2::VPC</ResourceType><Timestamp>2026-01-02T03:04:04Z</Timestamp>\
             <HookType>Acme::Check::It</HookType><HookStatus>HOOK_COMPLETE_FAILED</HookStatus>\
             <HookStatusReason>not allowed</HookStatusReason></member></StackEvents><NextToken>n</NextToken>"
        ),
    ));
    let events = replay
        .aws()
        .await
        .events(StackName::from("a"), None)
        .await
        .unwrap();
    assert_eq!(events.next.as_deref(), Some("n"));
    insta::assert_debug_snapshot!("events", events.items);
}

fn change_set(status: &str, reason: &str, execution: &str, rest: &str) -> String {
    answer(
        "DescribeChangeSet",
        &format!(
            "<ChangeSetId>arn:aws:cloudformation:eu-west-1:444455556666:changeSet/r-1/9</ChangeSetId>\
             <ChangeSetName>r-1</ChangeSetName><StackId>{ID}</StackId>\
             <StackName>lemonade-staging-network</StackName><Status>{status}</Status>\
             <StatusReason>{reason}</StatusReason><ExecutionStatus>{execution}</ExecutionStatus>{rest}"
        ),
    )
}

#[tokio::test]
async fn a_change_set() {
    let change = |change: &str| {
        format!("<member><Type>Resource</Type><ResourceChange>{change}</ResourceChange></member>")
    };
    let changes = [
        "<Action>Add</Action><LogicalResourceId>New</LogicalResourceId><ResourceType>AWS::EC2::Subnet</ResourceType><Scope/><Details/>",
        "<Action>Modify</Action><LogicalResourceId>Vpc</LogicalResourceId><PhysicalResourceId>vpc-1</PhysicalResourceId><ResourceType>AWS::EC2::VPC</ResourceType><Replacement>True</Replacement><PolicyAction>ReplaceAndDelete</PolicyAction><Details><member><Target><Attribute>Properties</Attribute><Name>CidrBlock</Name><Path>/Properties/CidrBlock</Path><RequiresRecreation>Always</RequiresRecreation><BeforeValue>10.0.0.0/16</BeforeValue><AfterValue>10.1.0.0/16</AfterValue></Target><Evaluation>Static</Evaluation><ChangeSource>DirectModification</ChangeSource></member><member><Target><Attribute>Properties</Attribute><Name>CidrBlock</Name><RequiresRecreation>Always</RequiresRecreation></Target><Evaluation>Dynamic</Evaluation><ChangeSource>ParameterReference</ChangeSource></member></Details>",
        "<Action>Modify</Action><LogicalResourceId>Subnet</LogicalResourceId><PhysicalResourceId>subnet-1</PhysicalResourceId><ResourceType>AWS::EC2::Subnet</ResourceType><Replacement>Conditional</Replacement><Details><member><Target><Attribute>Tags</Attribute></Target></member></Details>",
        "<Action>Modify</Action><LogicalResourceId>Route</LogicalResourceId><PhysicalResourceId>r</PhysicalResourceId><ResourceType>AWS::EC2::Route</ResourceType><Replacement>False</Replacement><Details/>",
        "<Action>Remove</Action><LogicalResourceId>Old</LogicalResourceId><PhysicalResourceId>o</PhysicalResourceId><ResourceType>AWS::KMS::Key</ResourceType><PolicyAction>Retain</PolicyAction>",
        "<Action>Import</Action><LogicalResourceId>Bucket</LogicalResourceId><PhysicalResourceId>b</PhysicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType>",
        "<Action>SomethingNew</Action><LogicalResourceId>Odd</LogicalResourceId><ResourceType>AWS::X::Y</ResourceType><Replacement>Perhaps</Replacement>",
    ]
    .map(change)
    .concat();
    let replay = Replay::answering(&change_set(
        "CREATE_COMPLETE",
        "",
        "AVAILABLE",
        &format!("<Changes>{changes}</Changes><NextToken>2</NextToken>"),
    ));
    let view = replay
        .aws()
        .await
        .change_set(StackName::from("a"), ChangeSetName::from("r-1"), None)
        .await
        .unwrap()
        .unwrap();
    insta::assert_debug_snapshot!("change_set", view);
}

#[tokio::test]
async fn statuses_of_change_sets() {
    let cases = [
        (
            "CREATE_PENDING",
            "",
            "UNAVAILABLE",
            "InProgress Unavailable",
        ),
        (
            "CREATE_IN_PROGRESS",
            "",
            "UNAVAILABLE",
            "InProgress Unavailable",
        ),
        (
            "CREATE_COMPLETE",
            "",
            "EXECUTE_IN_PROGRESS",
            "Complete ExecuteInProgress",
        ),
        (
            "CREATE_COMPLETE",
            "",
            "EXECUTE_FAILED",
            "Complete ExecuteFailed",
        ),
        ("CREATE_COMPLETE", "", "OBSOLETE", "Complete Obsolete"),
        (
            "CREATE_COMPLETE",
            "",
            "SOMETHING_NEW",
            "Complete Unknown(\"SOMETHING_NEW\")",
        ),
        (
            "FAILED",
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            "UNAVAILABLE",
            "Empty Unavailable",
        ),
        (
            "FAILED",
            "No updates are to be performed.",
            "UNAVAILABLE",
            "Empty Unavailable",
        ),
        (
            "FAILED",
            "Transform failed",
            "UNAVAILABLE",
            "Failed Unavailable",
        ),
        ("FAILED", "", "UNAVAILABLE", "Failed Unavailable"),
        ("DELETE_FAILED", "", "UNAVAILABLE", "Failed Unavailable"),
        (
            "DELETE_IN_PROGRESS",
            "",
            "UNAVAILABLE",
            "Deleted Unavailable",
        ),
        ("DELETE_COMPLETE", "", "UNAVAILABLE", "Deleted Unavailable"),
    ];
    for (status, reason, execution, expected) in cases {
        let replay = Replay::answering(&change_set(status, reason, execution, ""));
        let view = replay
            .aws()
            .await
            .change_set(StackName::from("a"), ChangeSetName::from("r-1"), None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            format!("{:?} {:?}", view.outcome(), view.execution),
            expected,
            "{status} {reason} {execution}"
        );
    }
    let replay = Replay::answering(&change_set("SOMETHING_NEW", "", "AVAILABLE", ""));
    let error = replay
        .aws()
        .await
        .change_set(StackName::from("a"), ChangeSetName::from("r-1"), None)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "UnknownStatus: a change set in status SOMETHING_NEW"
    );
}

#[tokio::test]
async fn a_change_set_that_is_not_there_is_nothing() {
    for (code, message) in [
        ("ChangeSetNotFound", "ChangeSet [r-1] does not exist"),
        ("ValidationError", "Stack [a] does not exist"),
    ] {
        let replay = Replay::new([Step::Answer(400, fault(code, message))]);
        assert_eq!(
            replay
                .aws()
                .await
                .change_set(StackName::from("a"), ChangeSetName::from("r-1"), None)
                .await
                .unwrap(),
            None
        );
    }
}

/// What validation found, or how that could not be read.
async fn validation(events: Step) -> Result<Vec<String>, ClientError> {
    let replay = Replay::new([events]);
    let set = ChangeSetId::from("arn:aws:cloudformation:eu-west-1:444455556666:changeSet/r-1/1");
    let page = replay
        .aws()
        .await
        .validation(StackName::from("a"), &set, None)
        .await?;
    let asked = replay.sent().pop().unwrap().form();
    assert!(asked.contains("Action: DescribeEvents"), "{asked}");
    assert!(
        asked.contains("ChangeSetName: arn:aws:cloudformation"),
        "{asked}"
    );
    assert!(asked.contains("FailedEvents: true"), "{asked}");
    let line = |one: &ValidationFinding| format!("{} {}: {}", one.mode, one.name, one.sentence());
    Ok(page.items.iter().map(line).collect())
}

#[tokio::test]
async fn validation_says_what_it_found() {
    let events = answer(
        "DescribeEvents",
        "<OperationEvents><member><EventId>1</EventId><EventType>VALIDATION_ERROR</EventType>\
         <LogicalResourceId>Vpc</LogicalResourceId><ValidationName>PROPERTY_VALIDATION</ValidationName>\
         <ValidationStatus>FAILED</ValidationStatus>\
         <ValidationFailureMode>FAIL</ValidationFailureMode>\
         <ValidationStatusReason>Property CidrBlok is not defined</ValidationStatusReason>\
         <ValidationPath>/Resources/Vpc/Properties/CidrBlok</ValidationPath></member>\
         <member><EventId>2</EventId><EventType>VALIDATION_ERROR</EventType>\
         <LogicalResourceId>Bucket</LogicalResourceId>\
         <ValidationName>BUCKET_EMPTINESS_VALIDATION</ValidationName>\
         <ValidationStatus>FAILED</ValidationStatus>\
         <ValidationFailureMode>WARN</ValidationFailureMode>\
         <ValidationStatusReason>The bucket is not empty.</ValidationStatusReason></member>\
         <member><EventId>3</EventId><EventType>STACK_EVENT</EventType></member></OperationEvents>",
    );
    assert_eq!(
        validation(Step::Answer(200, events)).await.unwrap(),
        [
            "FAIL PROPERTY_VALIDATION: /Resources/Vpc/Properties/CidrBlok: Property CidrBlok is not defined",
            "WARN BUCKET_EMPTINESS_VALIDATION: Bucket: The bucket is not empty.",
        ]
    );
    let denied = fault("AccessDenied", "no");
    let refused = validation(Step::Answer(403, denied)).await.unwrap_err();
    assert!(refused.to_string().contains("no"), "{refused}");
}

#[tokio::test]
async fn who_calls() {
    let replay = Replay::answering(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>arn:aws:sts::444455556666:assumed-role/r/s</Arn>\
         <UserId>U</UserId><Account>444455556666</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>a</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
    );
    let identity = replay.aws().await.identity().await.unwrap();
    assert_eq!(identity.account, "444455556666");
    assert_eq!(identity.arn, "arn:aws:sts::444455556666:assumed-role/r/s");
    assert_eq!(replay.only().uri, "https://sts.eu-west-1.amazonaws.com/");
}

#[tokio::test]
async fn an_error_of_a_write_keeps_its_meaning() {
    let replay = Replay::new([Step::Answer(
        400,
        fault(
            "TokenAlreadyExistsException",
            "A client request token already exists.",
        ),
    )]);
    let error = replay
        .aws()
        .await
        .delete_stack(StackName::from("a"), &[], None, &"t".into())
        .await
        .unwrap_err();
    assert!(
        matches!(error, ClientError::AlreadyAccepted(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn drift() {
    let replay = Replay::answering(&answer(
        "DetectStackDrift",
        "<StackDriftDetectionId>2f2b2d60-df86-11e7-bea1-500c2example</StackDriftDetectionId>",
    ));
    let detection = replay
        .aws()
        .await
        .detect_drift(StackId::from(ID))
        .await
        .unwrap();
    assert_eq!(detection, "2f2b2d60-df86-11e7-bea1-500c2example");
    assert!(replay.only().form().contains(&format!("StackName: {ID}")));

    for (status, reason, state) in [
        (
            "DETECTION_IN_PROGRESS",
            "User Initiated",
            DetectionStatus::InProgress,
        ),
        ("DETECTION_COMPLETE", "", DetectionStatus::Complete),
        (
            "DETECTION_FAILED",
            "Failed to detect drift on resource [Queue]",
            DetectionStatus::Failed,
        ),
        ("SOMETHING_NEW", "", DetectionStatus::from("SOMETHING_NEW")),
    ] {
        let replay = Replay::answering(&answer(
            "DescribeStackDriftDetectionStatus",
            &format!(
                "<StackId>{ID}</StackId><StackDriftDetectionId>2f2b</StackDriftDetectionId>\
                 <DetectionStatus>{status}</DetectionStatus>\
                 <DetectionStatusReason>{reason}</DetectionStatusReason>\
                 <Timestamp>2026-01-02T03:04:05.678Z</Timestamp>"
            ),
        ));
        let view = replay.aws().await.drift_detection("2f2b").await.unwrap();
        assert_eq!(view.status, state);
        assert_eq!(view.reason.is_some(), !reason.is_empty());
        assert!(replay.only().form().contains("StackDriftDetectionId: 2f2b"));
    }

    let replay = Replay::answering(&answer(
        "DescribeStackResourceDrifts",
        &format!(
            "<StackResourceDrifts><member><StackId>{ID}</StackId>\
             <LogicalResourceId>Group</LogicalResourceId><PhysicalResourceId>sg-1</PhysicalResourceId>\
             <ResourceType>AWS::EC2::SecurityGroup</ResourceType>\
             <StackResourceDriftStatus>MODIFIED</StackResourceDriftStatus>\
             <PropertyDifferences><member><PropertyPath>/SecurityGroupIngress/0</PropertyPath>\
             <ExpectedValue>null</ExpectedValue><ActualValue>{{&quot;FromPort&quot;:22}}</ActualValue>\
             <DifferenceType>ADD</DifferenceType></member><member>\
             <PropertyPath>/GroupDescription</PropertyPath><ExpectedValue>web</ExpectedValue>\
             <ActualValue>null</ActualValue><DifferenceType>REMOVE</DifferenceType></member><member>\
             <PropertyPath>/GroupName</PropertyPath><ExpectedValue>a</ExpectedValue>\
             <ActualValue>b</ActualValue><DifferenceType>NOT_EQUAL</DifferenceType></member>\
             </PropertyDifferences></member><member><StackId>{ID}</StackId>\
             <LogicalResourceId>Dashboard</LogicalResourceId>\
             <ResourceType>AWS::CloudWatch::Dashboard</ResourceType>\
             <StackResourceDriftStatus>DELETED</StackResourceDriftStatus></member>\
             </StackResourceDrifts><NextToken>page 2</NextToken>"
        ),
    ));
    let page = replay
        .aws()
        .await
        .drifts(StackId::from(ID), None)
        .await
        .unwrap();
    assert_eq!(page.next.as_deref(), Some("page 2"));
    insta::assert_debug_snapshot!("drifts", page.items);
    let form = replay.only().form();
    assert!(form.contains("StackResourceDriftStatusFilters.member.1: MODIFIED"));
    assert!(form.contains("StackResourceDriftStatusFilters.member.2: DELETED"));
}

/// A second detection of a stack has to wait for the first.
#[tokio::test]
async fn a_detection_that_goes_on_is_busy() {
    let sentence = format!("Drift detection is already in progress for stack {ID}");
    let replay = Replay::new([Step::Answer(400, fault("ValidationError", &sentence))]);
    let error = replay
        .aws()
        .await
        .detect_drift(StackId::from(ID))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Busy(_)), "{error:?}");
}
