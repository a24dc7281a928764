//! Requests of the engine to services other than CloudFormation: the adapter to AWS sends them to a
//! simulated HTTP client, which decides and answers them.

use aws::sdk::{Aws, Settings, connect};
use aws::services::AwsServices;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use cloudformation::{
    ChangeSetName, ClientError, CloudFormation as _, DeletedStacks as _, StackName,
    ValidationFinding,
};
use deploy::diagnose::{CollectOptions, Target, collect};
use deploy::inspect::services::Services as _;
use deploy::inspect::{PinnedImage, machine_image};
use rehearsal::pipelines::policy::Request;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::role_guard::RoleGuard;
use super::run::{RunResult, TestEnvironment};

/// AWS, with every call authorized.
#[derive(Clone, Debug)]
struct SimulatedAws {
    guard: RoleGuard,
    account: String,
    region: String,
    tasks: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl SimulatedAws {
    fn new(test_env: &TestEnvironment<'_>, role: &str) -> Self {
        Self::with_role(test_env, test_env.role(role))
    }

    /// With a role by ARN.
    fn with_role(test_env: &TestEnvironment<'_>, role: String) -> Self {
        Self {
            guard: RoleGuard::new(&test_env.rights, role),
            account: test_env.stacks.account().to_owned(),
            region: test_env.stacks.region().to_owned(),
            tasks: std::sync::Arc::default(),
        }
    }

    /// The adapter, on this.
    async fn aws(&self) -> Aws {
        let mut settings = Settings::new(self.region.as_str());
        settings.http_client = Some(SharedHttpClient::new(self.clone()));
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        settings.credentials = Some(SharedCredentialsProvider::new(credentials));
        connect(settings).await.unwrap()
    }

    fn own(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region, self.account
        )
    }

    /// A call, as IAM is asked about it, and what it is answered.
    fn read(&self, operation: &str, body: &Value) -> (Request, Value) {
        use std::sync::atomic::Ordering;
        let text = |key: &str| body[key].as_str().unwrap_or_default();
        let cluster = text("cluster");
        let task = || self.own("ecs", &format!("task/{cluster}/0a1b2c3d"));
        let (service, resource, answer) = match operation {
            "DescribeServices" => {
                let service = body["services"][0].as_str().unwrap_or_default();
                let resource = self.own("ecs", &format!("service/{cluster}/{service}"));
                ("ecs", resource, json!({ "services": [] }))
            }
            "ListTasks" => {
                let resource = self.own("ecs", &format!("container-instance/{cluster}/one"));
                // What was there at the first look is old.
                let tasks = match self.tasks.swap(true, Ordering::SeqCst) {
                    true => json!([task()]),
                    false => json!([]),
                };
                ("ecs", resource, json!({ "taskArns": tasks }))
            }
            "DescribeTasks" => {
                let container = json!({ "name": "web", "exitCode": 1 });
                let answer = json!({ "tasks": [{
                    "taskArn": task(),
                    "stopCode": "EssentialContainerExited",
                    "stoppedReason": "Essential container in task exited",
                    "containers": [container],
                }] });
                ("ecs", task(), answer)
            }
            "GetLogEvents" => {
                let (group, stream) = (text("logGroupName"), text("logStreamName"));
                let resource = format!("log-group:{group}:log-stream:{stream}");
                let event = json!({ "timestamp": 0, "message": "it ended" });
                (
                    "logs",
                    self.own("logs", &resource),
                    json!({ "events": [event] }),
                )
            }
            "GetParameter" => {
                let name = text("Name");
                let resource = format!("arn:aws:ssm:{}::parameter{name}", self.region);
                (
                    "ssm",
                    resource,
                    json!({ "Parameter": { "Value": "ami-1" } }),
                )
            }
            "ListPipelineExecutions" => {
                let resource = self.own("codepipeline", text("pipelineName"));
                let answer = json!({ "pipelineExecutionSummaries": [] });
                ("codepipeline", resource, answer)
            }
            other => panic!("{other} is not answered here"),
        };
        (
            Request::new(format!("{service}:{operation}"), resource),
            answer,
        )
    }

    /// The same of a call whose form and answer are those of a query.
    fn read_query(&self, operation: &str) -> (Request, String) {
        match operation {
            "DescribeImages" | "DescribeAddresses" => (
                Request::new(format!("ec2:{operation}"), "*"),
                format!("<{operation}Response/>"),
            ),
            "DescribeChangeSet" => {
                let set = "<StackName>lemonade</StackName><Status>FAILED</Status>\
                           <ExecutionStatus>UNAVAILABLE</ExecutionStatus>\
                           <StatusReason>The following hook(s)/validation failed: \
                           [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation \
                           errors, use the DescribeEvents API for detailed failure information.\
                           </StatusReason>";
                let id = self.own("cloudformation", "changeSet/one/1");
                let named = "<ChangeSetName>one</ChangeSetName><StackId>one</StackId>";
                let set = format!("{set}{named}<ChangeSetId>{id}</ChangeSetId>");
                (self.on_stacks(operation), answered(operation, &set))
            }
            "DescribeEvents" => {
                let events = "<OperationEvents><member><EventId>1</EventId>\
                              <EventType>VALIDATION_ERROR</EventType>\
                              <LogicalResourceId>Vpc</LogicalResourceId>\
                              <ValidationStatus>FAILED</ValidationStatus>\
                              <ValidationStatusReason>it is wrong</ValidationStatusReason>\
                              </member></OperationEvents>";
                (self.on_stacks(operation), answered(operation, events))
            }
            other => panic!("{other} is not answered here"),
        }
    }

    /// A change set is named by its ARN here; it is authorized on its stack.
    fn on_stacks(&self, operation: &str) -> Request {
        let role = self.guard.role();
        let prefix = role.rsplit('/').next().unwrap_or_default();
        let parts: Vec<&str> = prefix.splitn(3, '-').collect();
        let stack = format!("stack/{}-{}-service-web/1", parts[0], parts[1]);
        let resource = self.own("cloudformation", &stack);
        Request::new(format!("cloudformation:{operation}"), resource)
    }
}

fn answered(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
         <{operation}Result>{result}</{operation}Result></{operation}Response>"
    )
}

impl HttpClient for SimulatedAws {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SimulatedAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().unwrap_or_default();
        let (asked, answer) = match request.headers().get("x-amz-target") {
            Some(target) => {
                let (_, operation) = target.rsplit_once('.').unwrap();
                let (asked, answer) = self.read(operation, &serde_json::from_slice(body).unwrap());
                (asked, answer.to_string())
            }
            None => {
                let form = std::str::from_utf8(body).unwrap();
                let mut fields = form.split('&');
                let operation = fields.find_map(|field| field.strip_prefix("Action="));
                self.read_query(operation.unwrap())
            }
        };
        let (status, body) = match self.guard.decide(&asked) {
            Ok(()) => (200, answer),
            Err(message) if request.headers().get("x-amz-target").is_some() => {
                let error = json!({ "__type": "AccessDeniedException", "message": message });
                (400, error.to_string())
            }
            Err(message) => {
                let error =
                    format!("<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>");
                (403, format!("<ErrorResponse>{error}</ErrorResponse>"))
            }
        };
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// A runtime whose time passes only while nothing else can.
fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let mut runtime = runtime;
    runtime.enable_time().start_paused(true);
    runtime.build().unwrap().block_on(work)
}

/// Why a task of a service ends again and again: the last lines of its container are shown.
fn explained(test_env: &TestEnvironment<'_>, role: &str) -> RunResult {
    let simulated_aws = SimulatedAws::new(test_env, role);
    let environment = &test_env.environment.read.synthesis.environment;
    let mut applications = environment.applications.iter();
    let web = applications.find(|one| one.name.as_str() == "web").unwrap();
    let target = Target::of(environment, web);
    let evidence = wait(async {
        let services = AwsServices::new(simulated_aws.aws().await.signed());
        let (_kept, end) = oneshot::channel::<()>();
        let soon = tokio::time::sleep(CollectOptions::default().interval * 2);
        let end = async {
            tokio::select! { _ = end => {}, () = soon => {} }
        };
        collect(&services, &target, CollectOptions::default(), end).await
    });
    let failed: Vec<String> = evidence.errors.into_iter().collect();
    RunResult {
        log: simulated_aws.guard.log(),
        failed: (!failed.is_empty() || evidence.lines.is_empty()).then(|| failed.join("\n")),
    }
}

pub(super) fn definition_explained(test_env: &TestEnvironment<'_>) -> RunResult {
    explained(test_env, "deploy")
}

pub(super) fn release_explained(test_env: &TestEnvironment<'_>) -> RunResult {
    explained(test_env, "web-deploy")
}

/// How old the image of the machines is.
pub(super) fn machine_image_compared(test_env: &TestEnvironment<'_>) -> RunResult {
    let simulated_aws = SimulatedAws::new(test_env, "check");
    let pinned = PinnedImage::of(&test_env.environment.read.synthesis.environment);
    let found = wait(async {
        let services = AwsServices::new(simulated_aws.aws().await.signed());
        machine_image(&services, &pinned).await
    });
    let errors = [
        found.image.err().map(|error| format!("{error:?}")),
        found.recommended.err().map(|error| format!("{error:?}")),
    ];
    let failed: Vec<String> = errors.into_iter().flatten().collect();
    RunResult {
        log: simulated_aws.guard.log(),
        failed: (!failed.is_empty()).then(|| failed.join("\n")),
    }
}

/// Which address a failed creation has left.
fn address_found(test_env: &TestEnvironment<'_>, role: &str) -> RunResult {
    let simulated_aws = SimulatedAws::new(test_env, role);
    let found = wait(async { simulated_aws.aws().await.allocation("203.0.113.1").await });
    RunResult {
        log: simulated_aws.guard.log(),
        failed: found.err().map(|error| error.to_string()),
    }
}

pub(super) fn definition_address_found(test_env: &TestEnvironment<'_>) -> RunResult {
    address_found(test_env, "deploy")
}

pub(super) fn check_address_found(test_env: &TestEnvironment<'_>) -> RunResult {
    address_found(test_env, "check")
}

/// Which commits of an application have completed in staging, for the workflow that promotes it.
pub(super) fn promoted(test_env: &TestEnvironment<'_>) -> RunResult {
    let Some(role) = test_env.find_role("web-promote") else {
        // It is in staging only.
        return RunResult {
            log: rehearsal::pipelines::permission_use::RequestLog::default(),
            failed: None,
        };
    };
    let simulated_aws = SimulatedAws::with_role(test_env, role);
    let environment = &test_env.environment.read.synthesis.environment;
    let pipeline = format!("web-{}", environment.names().prefix());
    let found = wait(async {
        let services = AwsServices::new(simulated_aws.aws().await.signed());
        services.history(&pipeline, None).await
    });
    RunResult {
        log: simulated_aws.guard.log(),
        failed: found.err().map(|error| error.to_string()),
    }
}

/// What validation finds in a change set.
fn validated(test_env: &TestEnvironment<'_>, role: &str) -> RunResult {
    let simulated_aws = SimulatedAws::new(test_env, role);
    let found = wait(async {
        let aws = simulated_aws.aws().await;
        let (stack, name) = (StackName::from("one"), ChangeSetName::from("1"));
        let Some(set) = aws.change_set(stack.clone(), name, None).await? else {
            return Ok(String::new());
        };
        let page = aws.validation(stack, &set.id, None).await?;
        let sentences = page.items.iter().map(ValidationFinding::sentence);
        Ok(sentences.collect::<String>())
    });
    let reason = found.unwrap_or_else(|error: ClientError| error.to_string());
    RunResult {
        log: simulated_aws.guard.log(),
        failed: (!reason.contains("it is wrong")).then_some(reason),
    }
}

pub(super) fn definition_validated(test_env: &TestEnvironment<'_>) -> RunResult {
    validated(test_env, "deploy")
}

pub(super) fn release_validated(test_env: &TestEnvironment<'_>) -> RunResult {
    validated(test_env, "web-deploy")
}
