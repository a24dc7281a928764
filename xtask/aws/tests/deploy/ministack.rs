//! The adapter against an endpoint that was not made for it, in the shapes that another project has
//! read out of AWS.
//!
//! What ministack does not do (locks of exports, capabilities, stack policies that hold, time) is
//! not asked of it.

use aws::sdk::Aws;
use aws::services::ec2;
use aws::signed::{Call, JsonVersion, Method, Service, Signed};
use cloudformation::status::StackStatus;
use cloudformation::{ChangeSetType, CloudFormation};
use serde_json::json;

use crate::lifecycle::{ACCOUNT, all, deploy, request, settled};
use crate::support::ministack::Ministack;

/// One server for all of it, since starting it takes longer than the rest.
#[tokio::test]
async fn the_adapter_works_with_ministack() {
    let server = Ministack::start();
    let aws = server.account(ACCOUNT).await;
    all(&aws, &server.account("111122223333").await).await;
    a_creation_that_fails(&aws).await;
    other_services(&aws.signed()).await;
}

async fn a_creation_that_fails(aws: &Aws) {
    let template = json!({ "Resources": { "Policy": {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "p",
            "Roles": ["missing"],
            "PolicyDocument": { "Version": "2012-10-17", "Statement": [] }
        }
    } } });
    let request = request("lemonade-staging-c", "f", ChangeSetType::Create, &template);
    let stack = deploy(aws, &request).await;
    assert_eq!(stack.status, StackStatus::RollbackComplete, "{stack:?}");
    let events = aws.events(&stack.id, None).await.unwrap().items;
    // Newest first.
    assert_eq!(events[0].status, "ROLLBACK_COMPLETE");
    let failure = events
        .iter()
        .find(|event| event.status == "CREATE_FAILED")
        .unwrap();
    assert_eq!(failure.logical_id, "Policy");
    assert!(failure.reason.is_some());
    aws.delete_stack(&stack.id, &[], None, "token-12")
        .await
        .unwrap();
    assert_eq!(
        settled(aws, &stack.id).await.status,
        StackStatus::DeleteComplete
    );
}

/// One call in each protocol.
async fn other_services(signed: &Signed) {
    let query = async |action, parameters: &[(&str, &str)]| {
        let call = Call::Query {
            action,
            version: "2016-11-15",
            parameters: parameters
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        };
        signed.call(Service::EC2, call).await.unwrap()
    };
    let vpc = async |block| {
        let answer = query("CreateVpc", &[("CidrBlock", block)]).await;
        let answer = answer.xml().unwrap();
        answer.find("vpcId").unwrap().text.clone()
    };
    let (ours, theirs) = (vpc("10.1.0.0/16").await, vpc("10.2.0.0/16").await);
    let pair = [("VpcId", ours.as_str()), ("PeerVpcId", theirs.as_str())];
    query("CreateVpcPeeringConnection", &pair).await;
    let filters = [("requester-vpc-info.vpc-id", ours.as_str())];
    let found = ec2::peerings(signed, &filters).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].requester.vpc.as_ref(), Some(&ours));
    assert_eq!(found[0].accepter.vpc.as_ref(), Some(&theirs));

    let call = Call::Json {
        version: JsonVersion::V1_1,
        target: "AmazonEC2ContainerServiceV20141113.DescribeServices",
        body: json!({ "cluster": "nothing", "services": ["web"] }),
    };
    let error = signed.call(Service::new("ECS", "ecs"), call).await;
    let error = error.unwrap_err();
    assert_eq!(error.code(), Some("ClusterNotFoundException"), "{error:?}");

    let s3 = Service {
        signs_paths_raw: true,
        ..Service::new("S3", "s3")
    };
    let rest = async |method, path: &[&str], body: &[u8]| {
        let call = Call::Rest {
            method,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: Vec::new(),
            headers: Vec::new(),
            body: body.to_vec(),
        };
        signed.call(s3, call).await
    };
    let place = b"<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
        <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    rest(Method::Put, &["bucket"], place).await.unwrap();
    rest(Method::Put, &["bucket", "a b.zip"], b"content")
        .await
        .unwrap();
    let got = rest(Method::Get, &["bucket", "a b.zip"], b"")
        .await
        .unwrap();
    assert_eq!(got.body, b"content");
    let error = rest(Method::Get, &["bucket", "nothing"], b"")
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("NoSuchKey"), "{error:?}");
}
