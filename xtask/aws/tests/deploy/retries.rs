//! Calls that do not come through at once. Time is virtual: tokio's clock is paused.

use std::time::Duration;

use aws::sdk::connect;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use cloudformation::{ChangeSetRequest, ChangeSetType, ClientError, CloudFormation};
use tokio::time::Instant;

use crate::support::replay::{Replay, Step, answer, fault};

fn throttled() -> Step {
    Step::Answer(400, fault("Throttling", "Rate exceeded"))
}

fn stacks() -> Step {
    Step::Answer(200, answer("DescribeStacks", "<Stacks/>"))
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_is_repeated() {
    let replay = Replay::new([throttled(), throttled(), throttled(), throttled(), stacks()]);
    let start = Instant::now();
    replay.aws().await.stacks(None).await.unwrap();
    assert_eq!(replay.sent().len(), 5);
    // With pauses, random ones.
    assert!(start.elapsed() > Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn throttling_that_does_not_end_is_told() {
    let replay = Replay::new([throttled()]);
    let error = replay.aws().await.stacks(None).await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Throttled(text) if text == "Rate exceeded"),
        "{error:?}"
    );
    assert!(error.is_transient());
    assert_eq!(replay.sent().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn attempts_are_a_setting() {
    let replay = Replay::new([throttled()]);
    let mut settings = replay.settings();
    settings.attempts = 1;
    let aws = connect(settings).await.unwrap();
    aws.stacks(None).await.unwrap_err();
    assert_eq!(replay.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_with_the_same_token() {
    let replay = Replay::new([
        Step::Break,
        Step::Answer(
            400,
            fault("AlreadyExistsException", "ChangeSet [run-1] already exists"),
        ),
    ]);
    let request = ChangeSetRequest {
        stack: "s".to_owned(),
        name: "run-1".to_owned(),
        kind: ChangeSetType::Update,
        template: "{}".to_owned(),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Vec::new(),
        role: None,
        description: String::new(),
        import_existing: false,
        token: "token-1".to_owned(),
    };
    let error = replay
        .aws()
        .await
        .create_change_set(&request)
        .await
        .unwrap_err();
    // Whether it is ours, the engine finds out by describing it.
    assert!(matches!(error, ClientError::AlreadyExists(_)), "{error:?}");
    let sent = replay.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].body, sent[1].body);
    assert!(sent[0].form().contains("ClientToken: token-1"));
}

/// What comes of a call that is answered like this, however often.
async fn outcome(step: Step) -> (ClientError, usize) {
    let replay = Replay::new([step]);
    let error = replay
        .aws()
        .await
        .execute_change_set("s", "c", "t")
        .await
        .unwrap_err();
    (error, replay.sent().len())
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_no_answer() {
    let steps = [
        Step::Break,
        Step::Silence,
        Step::Answer(500, fault("InternalFailure", "oh")),
        Step::Answer(503, String::new()),
        Step::Answer(502, "<html>Bad Gateway</html>".to_owned()),
    ];
    for step in steps {
        let (error, _) = outcome(step.clone()).await;
        assert!(
            matches!(
                error,
                ClientError::NoAnswer {
                    service: "CloudFormation",
                    ..
                }
            ),
            "{step:?}: {error:?}"
        );
        assert!(error.is_transient());
    }
}

#[tokio::test(start_paused = true)]
async fn silence_ends() {
    let start = Instant::now();
    let (_, attempts) = outcome(Step::Silence).await;
    assert!(attempts > 1, "{attempts}");
    let took = start.elapsed();
    assert!(took <= Duration::from_secs(91), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_would_be_refused_again_is_not_repeated() {
    let cases = [
        (403, "ExpiredToken", "ExpiredCredentials"),
        (403, "InvalidClientTokenId", "InvalidCredentials"),
        (403, "AccessDenied", "AccessDenied"),
        (400, "ValidationError", "Invalid"),
        (400, "InvalidChangeSetStatus", "Busy"),
    ];
    for (status, code, expected) in cases {
        let (error, attempts) = outcome(Step::Answer(status, fault(code, "no"))).await;
        assert!(
            format!("{error:?}").starts_with(expected),
            "{code}: {error:?}"
        );
        assert_eq!(attempts, 1, "{code}");
    }
}

/// Why there are none.
type Why = fn() -> CredentialsError;

/// A place that has no credentials.
#[derive(Debug)]
struct Without(Why);

impl ProvideCredentials for Without {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err((self.0)()))
    }
}

#[tokio::test(start_paused = true)]
async fn without_credentials_nothing_is_sent() {
    let cases: [(Why, &str); 3] = [
        (
            || CredentialsError::not_loaded("no providers"),
            "InvalidCredentials",
        ),
        (
            || CredentialsError::provider_error("the SSO session has expired"),
            "ExpiredCredentials",
        ),
        (
            || CredentialsError::provider_timed_out(Duration::from_secs(5)),
            "NoAnswer",
        ),
    ];
    for (why, expected) in cases {
        let replay = Replay::new([stacks()]);
        let mut settings = replay.settings();
        settings.credentials = Some(SharedCredentialsProvider::new(Without(why)));
        let aws = connect(settings).await.unwrap();
        let error = aws.stacks(None).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        let error = aws::services::ec2::peerings(&aws.signed(), &[])
            .await
            .unwrap_err();
        let expected = expected
            .trim_start_matches("Invalid")
            .trim_end_matches("Credentials");
        assert!(format!("{error:?}").contains(expected), "{error:?}");
        assert!(replay.sent().is_empty());
    }
}
