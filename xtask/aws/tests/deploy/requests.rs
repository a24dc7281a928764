//! The requests that are sent: each call of the client trait, with every argument.

use cloudformation::{
    Capability, ChangeSetRequest, ChangeSetType, CloudFormation, Parameter, ParameterValue, Tag,
};

use crate::support::replay::{Replay, answer};

fn request(kind: ChangeSetType) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: "lemonade-staging-service-web".to_owned(),
        name: "run-1".to_owned(),
        kind,
        template: "{\"a\":\"ä&b\"}".to_owned(),
        parameters: vec![
            Parameter {
                name: "ImageDigest".to_owned(),
                value: ParameterValue::Previous,
            },
            Parameter {
                name: "Other".to_owned(),
                value: ParameterValue::Given("value".to_owned()),
            },
        ],
        capabilities: vec![Capability::NamedIam],
        tags: vec![Tag {
            key: "lemonade:environment".to_owned(),
            value: "staging".to_owned(),
        }],
        role: Some("arn:aws:iam::444455556666:role/r".to_owned()),
        description: "commit 0123456789ab by ann".to_owned(),
        import_existing: true,
        token: "run-1-token".to_owned(),
    }
}

#[tokio::test]
async fn every_call() {
    // One answer that all calls can read: they take from it what they know.
    let replay = Replay::answering(&answer(
        "Any",
        "<Id>arn:aws:cloudformation:eu-west-1:444455556666:changeSet/run-1/9</Id>\
         <TemplateBody>{}</TemplateBody>",
    ));
    let aws = replay.aws().await;
    let next = Some("next".to_owned());
    let some = ["A".to_owned(), "B".to_owned()];

    // Whether such an answer is one is not what is looked at here.
    let _ = aws.stacks(None).await;
    let _ = aws.stacks(next.clone()).await;
    let _ = aws.stack("s").await;
    let _ = aws.template("s").await;
    let _ = aws.importers("e", next.clone()).await;
    let _ = aws.stack_policy("s").await;
    let _ = aws.resources("s", next.clone()).await;
    let _ = aws.events("s", next.clone()).await;
    let _ = aws.create_change_set(&request(ChangeSetType::Create)).await;
    let mut update = request(ChangeSetType::Update);
    (update.import_existing, update.role) = (false, None);
    (update.parameters, update.capabilities, update.tags) = (vec![], vec![], vec![]);
    let _ = aws.create_change_set(&update).await;
    let _ = aws.change_set("s", "c", next).await;
    let _ = aws.execute_change_set("s", "c", "t").await;
    let _ = aws.delete_change_set("s", "c").await;
    let _ = aws.delete_stack("s", &[], None, "t").await;
    let _ = aws.delete_stack("s", &some, Some("r"), "t").await;
    let _ = aws.continue_update_rollback("s", &[], "t").await;
    let _ = aws.continue_update_rollback("s", &some, "t").await;
    let _ = aws.roll_back("s", "t").await;
    let _ = aws.cancel_update("s", "t").await;
    let _ = aws.set_stack_policy("s", "{}").await;
    let _ = aws.set_termination_protection("s", true).await;
    let _ = aws.set_termination_protection("s", false).await;

    let mut forms: Vec<String> = Vec::new();
    for sent in replay.sent() {
        let form = sent.form();
        // Some answers can't be read by some calls, which try again.
        if forms.last() != Some(&form) {
            forms.push(form);
        }
    }
    insta::assert_snapshot!("requests", forms.join("\n\n"));
}

#[tokio::test]
async fn a_request_says_who_sends_it_where() {
    let replay = Replay::answering(&answer("DescribeStacks", "<Stacks/>"));
    replay.aws().await.stacks(None).await.unwrap();
    let sent = replay.only();
    assert_eq!(sent.uri, "https://cloudformation.eu-west-1.amazonaws.com/");
    let agent = sent.header("user-agent").unwrap();
    assert!(agent.contains("app/lemonade-deploy"), "{agent}");
    assert_eq!(sent.header("x-amz-security-token"), Some("session"));
    let authorization = sent.header("authorization").unwrap();
    assert!(
        authorization.contains("/eu-west-1/cloudformation/aws4_request"),
        "{authorization}"
    );
}

#[tokio::test]
async fn an_endpoint_takes_the_place_of_aws() {
    let replay = Replay::answering(&answer("DescribeStacks", "<Stacks/>"));
    let settings = replay
        .settings()
        .endpoint_url(Some("http://127.0.0.1:4566"));
    let aws = aws::sdk::connect(settings).await.unwrap();
    assert_eq!(aws.region(), "eu-west-1");
    aws.stacks(None).await.unwrap();
    let _ = aws.identity().await;
    for sent in replay.sent() {
        assert_eq!(sent.uri, "http://127.0.0.1:4566/");
    }
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let replay = Replay::answering("");
    let mut settings = replay.settings();
    settings.region = " ".to_owned();
    let error = aws::sdk::connect(settings).await.unwrap_err();
    assert_eq!(error.to_string(), "no region is given");
    let settings = replay.settings().endpoint_url(Some("localhost:4566"));
    let error = aws::sdk::connect(settings).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`localhost:4566` is no endpoint: expected http:// or https:// and a host, as in \
         http://127.0.0.1:4566"
    );
    assert!(replay.sent().is_empty());
}
