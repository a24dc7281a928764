//! Somebody who decides about calls.

use local_cloudformation::api::{Action, ApiError};
use local_cloudformation::server::{Asked, Authorize, Options, Server, Speed, access_denied};
use local_cloudformation::{Cloud, Effect, Fault, On};

use crate::support::Client;

/// Lets one key do everything, and every other one look; what is created in the stack `watched`
/// goes wrong later.
struct Gate;

impl Authorize for Gate {
    fn authorize(&mut self, asked: &Asked<'_>, cloud: &mut Cloud) -> Result<(), ApiError> {
        match asked.action {
            Action::DescribeStacks { .. } => Ok(()),
            Action::CreateStack { target, .. } if asked.key == "111122223333" => {
                if target.stack == "watched" {
                    cloud.fail(Fault {
                        stack: Some(target.stack.clone()),
                        logical_id: Some("Topic".to_owned()),
                        resource_type: None,
                        on: On::Create,
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
    client.order("POST", "advance", r#"{"untilIdle": true}"#);
    let described = client
        .call("DescribeStacks", &[("StackName", "watched")])
        .unwrap();
    assert_eq!(described.element("StackStatus"), Some("ROLLBACK_COMPLETE"));
}
