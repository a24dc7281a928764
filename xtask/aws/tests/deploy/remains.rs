//! The calls of `--rebuild`: orphans of deleted stacks, and their adoption.

use std::collections::BTreeMap;

use cloudformation::{
    ChangeSetRequest, ChangeSetType, ClientError, CloudFormation, DeletedStacks, ResourceToImport,
    StackStatus, StackSummary, Tag,
};

use crate::support::replay::{Replay, Step, answer, fault};

const ID: &str = "arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network";

fn import() -> (ChangeSetRequest, Vec<ResourceToImport>) {
    let request = ChangeSetRequest {
        stack: "lemonade-staging-network".to_owned(),
        name: "run-1".to_owned(),
        kind: ChangeSetType::Create,
        template: "{}".to_owned(),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: vec![Tag {
            key: "lemonade:environment".to_owned(),
            value: "staging".to_owned(),
        }],
        role: Some("arn:aws:iam::444455556666:role/r".to_owned()),
        description: "commit 0123456789ab by ann".to_owned(),
        // An import can't have it: CloudFormation takes one or the other.
        import_existing: true,
        token: "run-1-change-set".to_owned(),
    };
    let resource = |id: &str, kind: &str, identifier: &[(&str, &str)]| ResourceToImport {
        logical_id: id.to_owned(),
        resource_type: kind.to_owned(),
        identifier: identifier
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    };
    let resources = vec![
        resource(
            "Address",
            "AWS::EC2::EIP",
            &[("PublicIp", "192.0.2.1"), ("AllocationId", "eipalloc-1")],
        ),
        resource("Key", "AWS::KMS::Key", &[("KeyId", "1a2b-3c4d")]),
    ];
    (request, resources)
}

#[tokio::test]
async fn an_import_says_what_is_taken_over_and_nothing_else() {
    let replay = Replay::answering(&answer(
        "CreateChangeSet",
        &format!(
            "<Id>arn:aws:cloudformation:eu-west-1:444455556666:changeSet/run-1/9</Id><StackId>{ID}/1a2b</StackId>"
        ),
    ));
    let (request, resources) = import();
    let aws = replay.aws().await;
    let id = aws.create_import(&request, &resources).await.unwrap();
    assert!(id.ends_with(":changeSet/run-1/9"));
    let form = replay.only().form();
    // The identifier's parts come in any order.
    let (parts, rest): (Vec<&str>, Vec<&str>) = form
        .lines()
        .partition(|line| line.contains("member.1.ResourceIdentifier"));
    insta::assert_snapshot!("import", rest.join("\n"));
    for (key, value) in &resources[0].identifier {
        let found = (1..=2).any(|number| {
            let entry = format!("ResourcesToImport.member.1.ResourceIdentifier.entry.{number}");
            parts.contains(&format!("{entry}.key: {key}").as_str())
                && parts.contains(&format!("{entry}.value: {value}").as_str())
        });
        assert!(found, "{key}: {parts:?}");
    }
    assert_eq!(parts.len(), 4);
}

#[tokio::test]
async fn an_import_that_is_refused_is_not_repeated() {
    let replay = Replay::new([Step::Answer(
        400,
        fault(
            "ValidationError",
            "Resources [Address] passed in ResourceToImport are already in a stack and cannot be imported.",
        ),
    )]);
    let (request, resources) = import();
    let aws = replay.aws().await;
    let error = aws.create_import(&request, &resources).await.unwrap_err();
    assert!(matches!(error, ClientError::Invalid(_)), "{error:?}");
    replay.only();
}

#[tokio::test]
async fn deleted_stacks_page_by_page() {
    let page = |stacks: &str, next: &str| {
        let result = format!("<StackSummaries>{stacks}</StackSummaries>{next}");
        Step::Answer(200, answer("ListStacks", &result))
    };
    let replay = Replay::new([
        page(
            &format!(
                "<member><StackId>{ID}/1a2b</StackId><StackName>lemonade-staging-network</StackName>\
                 <CreationTime>2026-01-02T03:04:05.678Z</CreationTime>\
                 <DeletionTime>2026-02-03T04:05:06.007Z</DeletionTime>\
                 <StackStatus>DELETE_COMPLETE</StackStatus></member>"
            ),
            "<NextToken>page 2</NextToken>",
        ),
        page("", ""),
    ]);
    let aws = replay.aws().await;
    let first = aws.deleted_stacks(None).await.unwrap();
    assert_eq!(
        first.items,
        [StackSummary {
            id: format!("{ID}/1a2b"),
            name: "lemonade-staging-network".to_owned(),
            created: "2026-01-02T03:04:05.678Z".to_owned(),
            status: StackStatus::DeleteComplete,
            deleted: Some("2026-02-03T04:05:06.007Z".to_owned()),
            ..StackSummary::default()
        }]
    );
    let last = aws.deleted_stacks(first.next).await.unwrap();
    assert_eq!((last.items, last.next), (Vec::new(), None));

    let sent = replay.sent();
    assert_eq!(sent.len(), 2);
    for sent in &sent {
        let form = sent.form();
        assert!(form.contains("Action: ListStacks"), "{form}");
        assert!(
            form.contains("StackStatusFilter.member.1: DELETE_COMPLETE"),
            "{form}"
        );
    }
    assert!(sent[1].form().contains("NextToken: page 2"));
}

#[tokio::test]
async fn a_deleted_stack_without_an_id_is_an_error() {
    let replay = Replay::answering(&answer(
        "ListStacks",
        "<StackSummaries><member><StackName>a</StackName>\
         <StackStatus>DELETE_COMPLETE</StackStatus></member></StackSummaries>",
    ));
    let error = replay.aws().await.deleted_stacks(None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "IncompleteAnswer: a deleted stack without an id"
    );
}

/// The example of the API reference.
const ADDRESSES: &str = r#"<DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>f7de5e98-491a-4c19-a92d-908d6EXAMPLE</requestId>
  <addressesSet>
    <item>
      <publicIp>203.0.113.41</publicIp>
      <allocationId>eipalloc-08229861</allocationId>
      <domain>vpc</domain>
      <associationId>eipassoc-f0229899</associationId>
    </item>
  </addressesSet>
</DescribeAddressesResponse>"#;

#[tokio::test]
async fn an_address_is_identified_by_its_allocation() {
    let replay = Replay::answering(ADDRESSES);
    let aws = replay.aws().await;
    let found = aws.allocation("203.0.113.41").await.unwrap();
    assert_eq!(found.as_deref(), Some("eipalloc-08229861"));
    let sent = replay.only();
    assert_eq!(sent.uri, "https://ec2.eu-west-1.amazonaws.com/");
    let form = sent.form();
    assert!(form.contains("Action: DescribeAddresses"), "{form}");
    assert!(form.contains("Filter.1.Name: public-ip"), "{form}");
    assert!(form.contains("Filter.1.Value.1: 203.0.113.41"), "{form}");
}

#[tokio::test]
async fn an_address_that_was_released_is_none() {
    let replay = Replay::answering(
        "<DescribeAddressesResponse><requestId>1</requestId><addressesSet/></DescribeAddressesResponse>",
    );
    let found = replay.aws().await.allocation("203.0.113.41").await;
    assert_eq!(found.unwrap(), None);
}

#[tokio::test]
async fn being_refused_an_address_is_told() {
    let replay = Replay::new([Step::Answer(
        403,
        "<Response><Errors><Error><Code>UnauthorizedOperation</Code>\
         <Message>You are not authorized to perform this operation.</Message></Error></Errors>\
         <RequestID>1</RequestID></Response>"
            .to_owned(),
    )]);
    let aws = replay.aws().await;
    let error = aws.allocation("203.0.113.41").await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("DescribeAddresses"), "{text}");
    assert!(text.contains("not authorized"), "{text}");
}

/// Behind another endpoint there is no EC2 that knows it.
#[tokio::test]
async fn elsewhere_no_address_is_asked_for() {
    let replay = Replay::answering(ADDRESSES);
    let settings = replay
        .settings()
        .endpoint_url(Some("http://127.0.0.1:4566"));
    let aws = aws::sdk::connect(settings).await.unwrap();
    assert_eq!(aws.allocation("203.0.113.41").await.unwrap(), None);
    assert!(replay.sent().is_empty());
}
