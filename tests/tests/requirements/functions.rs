//! The functions behind custom resources, run by Python against a stub of AWS's library: each answers
//! CloudFormation in every case.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tests::synthesized;

/// `boto3`, `botocore` and `cfnresponse` as far as the functions use them. Each call takes the next of
/// the prepared answers: the code of an error, or nothing for success.
const STUBS: [(&str, &str); 4] = [
    (
        "boto3.py",
        r#"
import json, os
from botocore.exceptions import ClientError

class Exceptions:
    class InvalidInputException(ClientError):
        pass

class Client:
    exceptions = Exceptions

    def __init__(self, service):
        self.service = service

    def get_paginator(self, call):
        client = self
        class Paginator:
            def paginate(self, **arguments):
                return [getattr(client, call)(**arguments)]
        return Paginator()

    def __getattr__(self, call):
        def answer(**arguments):
            calls = json.loads(os.environ["ANSWERS"])
            path = os.environ["CALLS"]
            made = open(path).read().splitlines() if os.path.exists(path) else []
            with open(path, "a") as file:
                file.write(json.dumps([self.service, call, arguments]) + "\n")
            code = calls[len(made)] if len(made) < len(calls) else None
            if code:
                raise ClientError({"Error": {"Code": code, "Message": code}}, call)
            return {"SecurityGroupRules": []}
        return answer

def client(service, *_, **__):
    return Client(service)
"#,
    ),
    ("botocore/__init__.py", ""),
    (
        "botocore/exceptions.py",
        r#"
class ClientError(Exception):
    def __init__(self, response, operation):
        super().__init__(response["Error"]["Code"])
        self.response = response
"#,
    ),
    (
        "cfnresponse.py",
        r#"
import json
SUCCESS, FAILED = "SUCCESS", "FAILED"

def send(event, context, status, data, physical_id=None, noEcho=False, reason=None):
    print("answer " + json.dumps([status, physical_id]))
"#,
    ),
];

/// What the function behind a custom resource called, and what it answered.
fn run(
    custom_resource: &str,
    request: &str,
    properties: &Value,
    answers: &[&str],
) -> (Vec<Value>, Value) {
    let synthesis = &synthesized()[0];
    let resource = synthesis
        .of_type("AWS::CloudFormation::CustomResource")
        .find(|resource| resource.place.id == custom_resource)
        .expect("the custom resource is defined");
    let token = resource.property("ServiceToken");
    let function = synthesis
        .target(resource.place.stack, token)
        .expect("its function is in the stack");
    let function = &synthesis.templates[function.stack]["Resources"][function.id];
    let code = function["Properties"]["Code"]["ZipFile"].as_str().unwrap();

    let folder = tempfile(custom_resource, request, answers);
    fs::write(folder.join("index.py"), code).unwrap();
    for (name, text) in STUBS {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let event = json!({ "RequestType": request, "ResourceProperties": properties });
    let main = format!(
        "import json, time\ntime.sleep = lambda _: None\nimport index\n\
         index.handler(json.loads({:?}), None)",
        event.to_string()
    );
    let output = Command::new("python3")
        .args(["-c", &main])
        .current_dir(&folder)
        .env("PYTHONPATH", &folder)
        .env("CALLS", folder.join("calls"))
        .env("ANSWERS", json!(answers).to_string())
        .output()
        .expect("python3 is there");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = stdout
        .lines()
        .find_map(|line| line.strip_prefix("answer "))
        .unwrap_or_else(|| panic!("no answer: {stdout}{stderr}"));
    let calls = fs::read_to_string(folder.join("calls")).unwrap_or_default();
    let calls = calls
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    (calls.collect(), serde_json::from_str(answer).unwrap())
}

fn tempfile(custom_resource: &str, request: &str, answers: &[&str]) -> std::path::PathBuf {
    let name = format!("function-{custom_resource}-{request}-{}", answers.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn group() -> Value {
    json!({ "AutoScalingGroupName": "machines" })
}

#[test]
fn the_draining_hook_is_taken_off_when_the_stack_goes() {
    let (calls, answer) = run("DrainingHook", "Delete", &group(), &[]);
    assert_eq!(
        calls,
        [json!(["autoscaling", "delete_lifecycle_hook", {
            "AutoScalingGroupName": "machines",
            "LifecycleHookName": "ecs-managed-draining-termination-hook",
        }])]
    );
    assert_eq!(answer, json!(["SUCCESS", "machines-draining-hook"]));
}

#[test]
fn the_draining_hook_stays_while_the_stack_does() {
    for request in ["Create", "Update"] {
        let (calls, answer) = run("DrainingHook", request, &group(), &[]);
        assert_eq!(calls, Vec::<Value>::new());
        assert_eq!(answer, json!(["SUCCESS", "machines-draining-hook"]));
    }
}

/// A creation that failed before the hook was made has none.
#[test]
fn a_draining_hook_that_is_not_there_is_no_failure() {
    let (calls, answer) = run("DrainingHook", "Delete", &group(), &["ValidationError"]);
    assert_eq!(calls.len(), 1);
    assert_eq!(answer[0], "SUCCESS");
}

#[test]
fn the_draining_hook_is_asked_for_again_while_a_role_is_new_or_the_group_busy() {
    let refusals = ["AccessDenied", "ResourceContention"];
    let (calls, answer) = run("DrainingHook", "Delete", &group(), &refusals);
    assert_eq!(calls.len(), 3);
    assert_eq!(answer[0], "SUCCESS");
}

/// Slow is better than stuck: without it the machines leave when the hook's time is over.
#[test]
fn a_draining_hook_that_can_not_be_removed_holds_no_deletion_up() {
    let (_, answer) = run("DrainingHook", "Delete", &group(), &["AccessDenied"; 6]);
    assert_eq!(answer[0], "SUCCESS");
}

/// On every answer of AWS, CloudFormation gets a response at once: without one it would wait for an hour.
#[test]
fn every_function_answers_when_it_is_refused() {
    let refused = ["AccessDenied"; 40];
    for (id, properties) in [
        ("DefaultSecurityGroupClosed", json!({ "GroupId": "sg-1" })),
        (
            "ServiceLinkedRoles",
            json!({ "Services": ["ecs.amazonaws.com"] }),
        ),
    ] {
        let (calls, answer) = run(id, "Create", &properties, &refused);
        assert!(!calls.is_empty(), "{id}");
        assert_eq!(answer[0], "FAILED", "{id}");
        let (_, answer) = run(id, "Delete", &properties, &refused);
        assert_eq!(answer[0], "SUCCESS", "{id}: there is nothing to take back");
    }
}

/// A role that was made a moment ago is not known everywhere yet.
#[test]
fn functions_are_patient_with_a_new_role() {
    let (calls, answer) = run(
        "DefaultSecurityGroupClosed",
        "Create",
        &json!({ "GroupId": "sg-1" }),
        &["UnauthorizedOperation"; 3],
    );
    assert_eq!((calls.len(), &answer[0]), (4, &json!("SUCCESS")));
    let services = json!({ "Services": ["ecs.amazonaws.com"] });
    let (calls, answer) = run(
        "ServiceLinkedRoles",
        "Create",
        &services,
        &["AccessDenied"; 3],
    );
    assert_eq!((calls.len(), &answer[0]), (4, &json!("SUCCESS")));
}
