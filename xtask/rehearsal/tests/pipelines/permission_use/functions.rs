//! The functions behind custom resources, run by Python: each call of AWS's library is decided about before it
//! is answered.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use rehearsal::pipelines::permission_use::RequestLog;
use rehearsal::pipelines::policy::Request;
use serde_json::{Value, json};

use super::role_guard::RoleGuard;
use super::run::{RunResult, TestEnvironment};
use crate::fixture::folder;

/// AWS's library as far as the functions use it: every call is a line on the way out, and the code of an error
/// or nothing is the line that comes back.
const STUBS: [(&str, &str); 4] = [
    (
        "boto3.py",
        r#"
import json, sys
from botocore.exceptions import ClientError

RULES = [{"SecurityGroupRuleId": "sgr-1", "IsEgress": False}, {"SecurityGroupRuleId": "sgr-2", "IsEgress": True}]

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
            print("call " + json.dumps([self.service, call, arguments]), flush=True)
            code = sys.stdin.readline().strip()
            if code:
                raise ClientError({"Error": {"Code": code, "Message": code}}, call)
            return {"SecurityGroupRules": RULES}
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
SUCCESS, FAILED = "SUCCESS", "FAILED"

def send(event, context, status, data, physical_id=None, noEcho=False, reason=None):
    if status != SUCCESS:
        print(f"{status}: {reason}", flush=True)
"#,
    ),
];

const MAIN: &str = "\
import json, sys, time
time.sleep = lambda _: None
import index
index.handler(json.loads(sys.argv[1]), None)
";

/// Every function, for a creation and for a deletion. One that prints something says what went wrong.
pub(super) fn functions(test_env: &TestEnvironment<'_>) -> RunResult {
    let mut log = RequestLog::default();
    let mut said = Vec::new();
    let functions = test_env.stacks.resources_of_type("AWS::Lambda::Function");
    for function in functions {
        let arn = test_env.stacks.identity(&function).unwrap().arn.unwrap();
        let properties = test_env.stacks.properties(&function).unwrap();
        let code = properties["Code"]["ZipFile"].as_str().unwrap();
        let role = properties["Role"].as_str().unwrap();
        let folder = folder(&format!("{}-{}", test_env.name, function.id));
        fs::write(folder.join("index.py"), code).unwrap();
        for (name, text) in STUBS {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let guard = RoleGuard::new(&test_env.rights, role.to_owned());
        for custom in test_env
            .stacks
            .resources_of_type("AWS::CloudFormation::CustomResource")
        {
            let properties = test_env.stacks.properties(&custom).unwrap();
            if properties["ServiceToken"] != arn {
                continue;
            }
            for request in ["Create", "Delete"] {
                let event = json!({ "RequestType": request, "ResourceProperties": properties });
                said.extend(call(test_env, &folder, &guard, &event));
            }
        }
        log.extend(guard.log());
    }
    RunResult {
        log,
        failed: (!said.is_empty()).then(|| said.join("\n")),
    }
}

/// Calls a function; gives what it printed.
fn call(
    test_env: &TestEnvironment<'_>,
    folder: &Path,
    guard: &RoleGuard,
    event: &Value,
) -> Vec<String> {
    let mut python = Command::new("python3")
        .args(["-c", MAIN, &event.to_string()])
        .current_dir(folder)
        .env("PYTHONPATH", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = python.stdin.take().unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(python.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(call) = line.strip_prefix("call ") else {
            said.push(line);
            continue;
        };
        let call: Value = serde_json::from_str(call).unwrap();
        let answer = match guard.decide(&request(test_env, &call)) {
            Ok(()) => "",
            Err(_) if call[0] == "ec2" => "UnauthorizedOperation",
            Err(_) => "AccessDenied",
        };
        writeln!(answers, "{answer}").unwrap();
    }
    assert!(python.wait().unwrap().success());
    said
}

/// A call of the library, as IAM is asked about it.
fn request(test_env: &TestEnvironment<'_>, call: &Value) -> Request {
    let (service, name) = (call[0].as_str().unwrap(), call[1].as_str().unwrap());
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    let action = format!("{service}:{}", words.collect::<String>());
    let (region, account) = (test_env.stacks.region(), test_env.stacks.account());
    let given = |key: &str| call[2][key].as_str().unwrap_or_default();
    match name {
        "revoke_security_group_egress" | "revoke_security_group_ingress" => {
            let group = given("GroupId");
            Request::new(
                action,
                format!("arn:aws:ec2:{region}:{account}:security-group/{group}"),
            )
        }
        "delete_lifecycle_hook" => {
            let group = given("AutoScalingGroupName");
            let place = format!("arn:aws:autoscaling:{region}:{account}:autoScalingGroup");
            Request::new(action, format!("{place}:1:autoScalingGroupName/{group}"))
        }
        "create_service_linked_role" => {
            let service = given("AWSServiceName");
            let role = format!("role/aws-service-role/{service}/AWSServiceRole");
            Request::new(action, format!("arn:aws:iam::{account}:{role}"))
                .with("iam:AWSServiceName", service)
        }
        _ => Request::new(action, "*"),
    }
}
