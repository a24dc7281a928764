//! CodePipeline, ECS and CloudWatch Logs.

use deploy::inspect::services::Services as _;

use super::{answering, story};

#[tokio::test]
async fn executions() {
    let (services, replay) = answering(
        200,
        r#"{"pipelineExecutionSummaries":[{"pipelineExecutionId":"run-2","status":"Failed","startTime":1.772321400123E9,"lastUpdateTime":1.7723217E9,"sourceRevisions":[{"actionName":"Release","revisionId":"3sRo5a9.version"},{"actionName":"Source","revisionId":"1a2b3c4d5e6f708192a3b4c5d6e7f80911223344","revisionSummary":"{}"}],"executionMode":"QUEUED"},{"pipelineExecutionId":"run-1","status":"Succeeded"}]}"#,
    )
    .await;
    let runs = services.executions("web-lemonade-staging").await.unwrap();
    insta::assert_snapshot!("executions", story(&replay, runs));
}

#[tokio::test]
async fn history() {
    let (services, replay) = answering(
        200,
        r#"{"pipelineExecutionSummaries":[{"pipelineExecutionId":"run-1","status":"Succeeded","startTime":1.772321400123E9,"sourceRevisions":[{"actionName":"Source","revisionId":"1a2b3c4d5e6f708192a3b4c5d6e7f80911223344"}]}],"nextToken":"3"}"#,
    )
    .await;
    let next = Some("2".to_owned());
    let page = services.history("web-lemonade-staging", next).await;
    insta::assert_snapshot!("history", story(&replay, page.unwrap()));
}

#[tokio::test]
async fn stages() {
    let (services, replay) = answering(
        200,
        r#"{"pipelineName":"web-lemonade-staging","stageStates":[{"stageName":"Source","inboundTransitionState":{"enabled":true},"actionStates":[{"actionName":"Source","latestExecution":{"status":"Succeeded"}}],"latestExecution":{"pipelineExecutionId":"run-2","status":"Succeeded"}},{"stageName":"Deploy","inboundTransitionState":{"enabled":false,"lastChangedBy":"arn:aws:sts::444455556666:assumed-role/operator/ada","disabledReason":"Friday"},"actionStates":[{"actionName":"Deploy","latestExecution":{"status":"Failed","summary":"Build failed","externalExecutionUrl":"https://example.com/log","errorDetails":{"code":"JobFailed","message":"Build terminated with state: FAILED"}}},{"actionName":"Other"}],"latestExecution":{"pipelineExecutionId":"run-2","status":"Failed"}}],"created":1.7E9}"#,
    )
    .await;
    let stages = services.stages("web-lemonade-staging").await.unwrap();
    insta::assert_snapshot!("stages", story(&replay, stages));
}

#[tokio::test]
async fn ecs_service() {
    let (services, replay) = answering(
        200,
        r#"{"services":[{"serviceName":"web","status":"ACTIVE","desiredCount":2,"runningCount":1,"pendingCount":1,"deployments":[{"id":"ecs-svc/2","status":"PRIMARY","failedTasks":3,"rolloutState":"IN_PROGRESS","rolloutStateReason":"ECS deployment ecs-svc/2 in progress."}],"events":[{"id":"e-1","createdAt":1.772321400123E9,"message":"(service web) has reached a steady state."}]}],"failures":[]}"#,
    )
    .await;
    let found = services.ecs_service("lemonade-staging", "web").await;
    insta::assert_snapshot!("ecs_service", story(&replay, found.unwrap()));
}

#[tokio::test]
async fn stopped_tasks() {
    let (services, replay) = answering(200, r#"{"taskArns":["arn:task/1"],"nextToken":"3"}"#).await;
    let next = Some("2".to_owned());
    let page = services
        .stopped_tasks("lemonade-staging", "web", next)
        .await;
    insta::assert_snapshot!("stopped_tasks", story(&replay, page.unwrap()));
}

#[tokio::test]
async fn tasks() {
    let (services, replay) = answering(
        200,
        r#"{"tasks":[{"taskArn":"arn:task/1","lastStatus":"STOPPED","stopCode":"EssentialContainerExited","stoppedReason":"Essential container in task exited","startedAt":1.7723214E9,"stoppedAt":1.7723215E9,"containers":[{"name":"web","image":"web@sha256:0a","exitCode":1,"lastStatus":"STOPPED","networkBindings":[]},{"name":"other","reason":"OutOfMemoryError: Container killed due to memory usage"}]}],"failures":[{"arn":"arn:task/2","reason":"MISSING"}]}"#,
    )
    .await;
    let arns = ["arn:task/1".to_owned(), "arn:task/2".to_owned()];
    let tasks = services.tasks("lemonade-staging", &arns).await.unwrap();
    insta::assert_snapshot!("tasks", story(&replay, tasks));
}

#[tokio::test]
async fn last_log_lines() {
    let (services, replay) = answering(
        200,
        r#"{"events":[{"timestamp":1772321400123,"message":"starting\n","ingestionTime":1772321400200},{"timestamp":1772321401000,"message":"panic: no DATABASE_URL"}],"nextForwardToken":"f/1","nextBackwardToken":"b/1"}"#,
    )
    .await;
    let lines = services
        .last_log_lines("/lemonade/staging/web", "task/web/1", 50)
        .await;
    insta::assert_snapshot!("last_log_lines", story(&replay, lines.unwrap()));
}
