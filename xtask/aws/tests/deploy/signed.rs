//! Signed requests.

use aws::services::ec2;
use aws::signed::{Call, JsonVersion, Method, Service, SignedError};
use serde_json::json;

use crate::support::replay::{Replay, Step};

/// The example of the API reference, with a second connection that is not accepted yet.
const PAGE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeVpcPeeringConnectionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</requestId>
  <vpcPeeringConnectionSet>
    <item>
      <vpcPeeringConnectionId>pcx-111aaa22</vpcPeeringConnectionId>
      <requesterVpcInfo>
        <ownerId>777788889999</ownerId>
        <vpcId>vpc-1a2b3c4d</vpcId>
        <region>eu-west-1</region>
        <cidrBlock>172.31.0.0/16</cidrBlock>
        <cidrBlockSet><item><cidrBlock>172.31.0.0/16</cidrBlock></item><item><cidrBlock>172.32.0.0/16</cidrBlock></item></cidrBlockSet>
      </requesterVpcInfo>
      <accepterVpcInfo>
        <ownerId>111122223333</ownerId>
        <vpcId>vpc-aa22cc33</vpcId>
        <cidrBlock>10.0.0.0/16</cidrBlock>
      </accepterVpcInfo>
      <status><code>active</code><message>Active</message></status>
      <tagSet/>
    </item>
    <item>
      <vpcPeeringConnectionId>pcx-222bbb33</vpcPeeringConnectionId>
      <requesterVpcInfo><ownerId>777788889999</ownerId></requesterVpcInfo>
      <accepterVpcInfo/>
      <status><code>pending-acceptance</code></status>
    </item>
  </vpcPeeringConnectionSet>
  <nextToken>2</nextToken>
</DescribeVpcPeeringConnectionsResponse>"#;

const LAST: &str = r#"<DescribeVpcPeeringConnectionsResponse><vpcPeeringConnectionSet/></DescribeVpcPeeringConnectionsResponse>"#;

fn ok(body: &str) -> Step {
    Step::Answer(200, body.to_owned())
}

#[tokio::test]
async fn peering_connections() {
    let replay = Replay::new([ok(PAGE), ok(LAST)]);
    let signed = replay.aws().await.signed();
    let filters = [("accepter-vpc-info.vpc-id", "vpc-aa22cc33")];
    let found = ec2::peerings(&signed, &filters).await.unwrap();
    insta::assert_debug_snapshot!("peering_connections", found);

    let sent = replay.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].method, "POST");
    assert_eq!(sent[0].uri, "https://ec2.eu-west-1.amazonaws.com/");
    assert_eq!(
        sent[1].form(),
        "Action: DescribeVpcPeeringConnections\n\
         Version: 2016-11-15\n\
         Filter.1.Name: accepter-vpc-info.vpc-id\n\
         Filter.1.Value.1: vpc-aa22cc33\n\
         NextToken: 2"
    );
    let authorization = sent[0].header("authorization").unwrap();
    assert!(
        authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
        "{authorization}"
    );
    assert!(
        authorization.contains("/eu-west-1/ec2/aws4_request"),
        "{authorization}"
    );
    assert_eq!(sent[0].header("x-amz-security-token"), Some("session"));
    assert!(sent[0].header("x-amz-date").is_some());
    assert!(
        sent[0]
            .header("user-agent")
            .unwrap()
            .starts_with("lemonade-deploy/")
    );
}

#[tokio::test]
async fn an_answer_that_ends_too_early_is_no_answer_with_less_in_it() {
    let half = &PAGE[..PAGE.find("pcx-222bbb33").unwrap()];
    let replay = Replay::new([ok(half)]);
    let error = ec2::peerings(&replay.aws().await.signed(), &[])
        .await
        .unwrap_err();
    assert!(matches!(error, SignedError::Unreadable { .. }), "{error:?}");
}

const ECS: Service = Service::new("ECS", "ecs");

fn describe_services() -> Call {
    Call::Json {
        version: JsonVersion::V1_1,
        target: "AmazonEC2ContainerServiceV20141113.DescribeServices",
        body: json!({ "cluster": "lemonade-staging", "services": ["web"] }),
    }
}

#[tokio::test]
async fn json() {
    let replay = Replay::new([ok(r#"{"services":[],"failures":[{"reason":"MISSING"}]}"#)]);
    let signed = replay.aws().await.signed();
    let response = signed.call(ECS, describe_services()).await.unwrap();
    let value: serde_json::Value = response.json().unwrap();
    assert_eq!(value["failures"][0]["reason"], "MISSING");
    let sent = replay.only();
    assert_eq!(
        sent.body,
        r#"{"cluster":"lemonade-staging","services":["web"]}"#
    );
    assert_eq!(
        sent.header("x-amz-target"),
        Some("AmazonEC2ContainerServiceV20141113.DescribeServices")
    );
    assert_eq!(
        sent.header("content-type"),
        Some("application/x-amz-json-1.1")
    );
}

#[tokio::test]
async fn rest() {
    const S3: Service = Service {
        signs_paths_raw: true,
        ..Service::new("S3", "s3")
    };
    let replay = Replay::new([ok("content")]);
    let signed = replay.aws().await.signed();
    let call = Call::Rest {
        method: Method::Put,
        path: vec!["bucket".to_owned(), "a b".to_owned(), "ü.zip".to_owned()],
        query: vec![("versionId".to_owned(), "1/2".to_owned())],
        headers: vec![("content-type", "application/zip".to_owned())],
        body: b"abc".to_vec(),
    };
    let response = signed.call(S3, call).await.unwrap();
    assert_eq!(
        (response.status, response.body.as_slice()),
        (200, b"content".as_slice())
    );
    let sent = replay.only();
    assert_eq!(sent.method, "PUT");
    assert_eq!(
        sent.uri,
        "https://s3.eu-west-1.amazonaws.com/bucket/a%20b/%C3%BC.zip?versionId=1%2F2"
    );
    assert_eq!(
        sent.header("x-amz-content-sha256"),
        Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
}

#[tokio::test]
async fn an_endpoint_takes_the_place_of_the_service() {
    let replay = Replay::new([ok(LAST)]);
    let settings = replay
        .settings()
        .endpoint_url(Some("http://127.0.0.1:4566"));
    let signed = aws::sdk::connect(settings).await.unwrap().signed();
    ec2::peerings(&signed, &[]).await.unwrap();
    assert_eq!(replay.only().uri, "http://127.0.0.1:4566/");
}

#[tokio::test(start_paused = true)]
async fn throttling_faults_and_broken_connections_are_repeated() {
    let replay = Replay::new([
        Step::Answer(
            400,
            r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.to_owned(),
        ),
        Step::Answer(500, "{}".to_owned()),
        Step::Break,
        ok("{}"),
    ]);
    let signed = replay.aws().await.signed();
    signed.call(ECS, describe_services()).await.unwrap();
    let sent = replay.sent();
    assert_eq!(sent.len(), 4);
    // Each attempt has its own signature.
    assert!(
        sent.iter()
            .all(|sent| sent.header("authorization").is_some())
    );
}

/// What comes of a call that is answered like this, however often.
async fn outcome(step: Step) -> (SignedError, usize) {
    let replay = Replay::new([step]);
    let signed = replay.aws().await.signed();
    let error = signed.call(ECS, describe_services()).await.unwrap_err();
    (error, replay.sent().len())
}

#[tokio::test(start_paused = true)]
async fn errors_are_typed() {
    let typed = |status, code: &str| {
        let body = json!({ "__type": code, "message": "no" }).to_string();
        Step::Answer(status, body)
    };
    let cases = [
        (typed(400, "ThrottlingException"), "Throttled", 5),
        (typed(503, "ServiceUnavailableException"), "NoAnswer", 5),
        (Step::Break, "NoAnswer", 5),
        (typed(400, "ExpiredTokenException"), "Expired", 1),
        (typed(400, "UnrecognizedClientException"), "Credentials", 1),
        (typed(400, "AccessDeniedException"), "Denied", 1),
        (typed(400, "ClusterNotFoundException"), "Refused", 1),
    ];
    for (step, expected, attempts) in cases {
        let (error, made) = outcome(step.clone()).await;
        assert!(
            format!("{error:?}").starts_with(expected),
            "{step:?}: {error:?}"
        );
        assert_eq!(made, attempts, "{step:?}");
    }
    let (error, _) = outcome(typed(400, "ClusterNotFoundException")).await;
    assert_eq!(error.code(), Some("ClusterNotFoundException"));
    assert_eq!(
        error.to_string(),
        "ECS refuses DescribeServices: ClusterNotFoundException: no"
    );
    let (error, attempts) = outcome(Step::Silence).await;
    assert!(
        matches!(error, SignedError::NoAnswer { service: "ECS", .. }),
        "{error:?}"
    );
    // A look at what has never answered is not repeated.
    assert_eq!(attempts, 1);
}
