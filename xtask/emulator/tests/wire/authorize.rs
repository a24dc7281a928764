//! Authorization of requests.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use emulator::api::{Action, ApiError};
use emulator::server::{
    AuthorizationRequest, Authorize, Options, OtherServiceRequest, Server, Speed, access_denied,
};
use emulator::{Cloud, Effect, Fault, ResourceOperation};
use serde_json::{Value, json};

use crate::support::{Client, Reply};

/// Lets one key do everything, and every other one look; what is created in the stack `watched`
/// goes wrong later.
struct Gate;

impl Authorize for Gate {
    fn authorize(
        &mut self,
        asked: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        match asked.action {
            Action::DescribeStacks { .. } => Ok(()),
            Action::CreateStack { target, .. } if asked.key == "111122223333" => {
                if target.stack == "watched" {
                    cloud.add_fault(Fault {
                        stack: Some(target.stack.clone()),
                        logical_id: Some("Topic".to_owned()),
                        resource_type: None,
                        on: ResourceOperation::Create,
                        times: Some(1),
                        effect: Effect::Fail {
                            reason: "not authorized to perform: sns:CreateTopic".to_owned(),
                        },
                    });
                }
                Ok(())
            }
            _ => Err(access_denied(format!("{} may not", asked.key))),
        }
    }

    fn other_service(
        &mut self,
        call: &OtherServiceRequest<'_>,
        _: &mut Cloud,
    ) -> Option<Result<Value, ApiError>> {
        match (call.target, call.key) {
            ("Registry.DescribeImages", "111122223333") => {
                let asked: Value = serde_json::from_slice(call.body).unwrap();
                Some(Ok(json!({ "imagesOf": asked["repositoryName"] })))
            }
            ("Registry.DescribeImages", key) => Some(Err(access_denied(format!("{key} may not")))),
            _ => None,
        }
    }
}

const TEMPLATE: (&str, &str) = (
    "TemplateBody",
    r#"{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}"#,
);

#[test]
fn a_call_that_is_refused_changes_nothing() {
    let running = Server::start_with(&Options::default(), Box::new(Gate)).unwrap();
    let mut client = Client::new(running.address());
    client.account = "444455556666";
    let create = [("StackName", "other"), TEMPLATE];
    let reply = client.call("CreateStack", &create).unwrap();
    assert_eq!(reply.status, 403);
    assert_eq!(reply.element("Code"), Some("AccessDenied"));
    assert_eq!(reply.element("Message"), Some("444455556666 may not"));
    let described = client.call("DescribeStacks", &[]).unwrap();
    assert_eq!(described.status, 200);
    assert!(!described.body.contains("<member>"), "{}", described.body);
}

#[test]
fn what_a_call_causes_later_can_be_made_to_fail() {
    let options = Options {
        speed: Speed::STILL,
        ..Options::default()
    };
    let running = Server::start_with(&options, Box::new(Gate)).unwrap();
    let client = Client::new(running.address());
    let create = [("StackName", "watched"), TEMPLATE];
    assert_eq!(client.call("CreateStack", &create).unwrap().status, 200);
    client.control("POST", "advance", r#"{"untilIdle": true}"#);
    let described = client
        .call("DescribeStacks", &[("StackName", "watched")])
        .unwrap();
    assert_eq!(described.element("StackStatus"), Some("ROLLBACK_COMPLETE"));
}

/// The same `Authorize` answers for another service, in its protocol.
#[test]
fn requests_to_other_services_are_answered_by_the_authorizer() {
    let running = Server::start_with(&Options::default(), Box::new(Gate)).unwrap();
    let client = Client::new(running.address());
    let ask = |key: &str, target: &str| -> Reply {
        let headers = format!(
            "Authorization: AWS4-HMAC-SHA256 Credential={key}/20260203/eu-central-1/ecr/\
             aws4_request, SignedHeaders=host, Signature=0f\r\nX-Amz-Target: {target}\r\n"
        );
        let body = r#"{"repositoryName":"lemonade/staging/web"}"#;
        client.send("POST", "/", &headers, body).unwrap()
    };
    let answered = ask("111122223333", "Registry.DescribeImages");
    assert_eq!(answered.status, 200);
    assert_eq!(answered.body, r#"{"imagesOf":"lemonade/staging/web"}"#);
    let refused = ask("444455556666", "Registry.DescribeImages");
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.body,
        r#"{"__type":"AccessDenied","message":"444455556666 may not"}"#
    );
    // Nothing implements this one; it is no call of CloudFormation either.
    let unknown = ask("111122223333", "Registry.PutImage");
    assert_eq!(unknown.status, 400, "{}", unknown.body);
}

/// Says that a request came, and then keeps the server's thread until it is let go.
struct Stuck {
    came: mpsc::Sender<()>,
    go: mpsc::Receiver<()>,
}

impl Authorize for Stuck {
    fn authorize(&mut self, _: &AuthorizationRequest<'_>, _: &mut Cloud) -> Result<(), ApiError> {
        self.came.send(()).unwrap();
        let _ = self.go.recv();
        Ok(())
    }
}

/// The program ends although a request keeps the thread of the server.
#[test]
fn a_server_that_is_busy_is_not_waited_for() {
    let (came, has_come) = mpsc::channel();
    let (let_go, go) = mpsc::channel();
    let running = Server::start_with(&Options::default(), Box::new(Stuck { came, go })).unwrap();
    let client = Client::new(running.address());
    let calling = std::thread::spawn(move || client.call("DescribeStacks", &[]));
    has_come.recv().unwrap();
    let told = Instant::now();
    running.stop_within(Duration::from_millis(50)).unwrap();
    assert!(told.elapsed() < Duration::from_secs(10));
    drop(let_go);
    let _ = calling.join();
}
