//! A permission that is missing fails the rehearsal, as it would fail on AWS.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rehearsal::pipelines::run::{Event, OPERATOR_KEY, Status};
use serde_json::Value;

use crate::definition_fixture::{DefinitionFixture, PIPELINE};
use crate::fixture::watch;

const ROLES: &str = "lemonade-staging-bootstrap-roles";

/// A person takes an action from the policies of `bootstrap-roles` whose logical ids begin so.
fn take(fixture: &DefinitionFixture, policies: &str, action: &str) {
    let mut template = fixture.deployed(ROLES);
    let mut taken = 0;
    let resources = template["Resources"].as_object_mut().unwrap();
    for (_, policy) in resources
        .iter_mut()
        .filter(|(id, _)| id.starts_with(policies))
    {
        let statements = &mut policy["Properties"]["PolicyDocument"]["Statement"];
        for statement in statements.as_array_mut().unwrap() {
            if let Some(Value::Array(actions)) = statement.get_mut("Action") {
                let before = actions.len();
                actions.retain(|one| one != action);
                taken += before - actions.len();
            }
        }
    }
    assert_eq!(taken, 1, "{action} is not in {policies}");
    update(&fixture.test_bed.backend.url(), &template.to_string());
    fixture.test_bed.services.take_changes();
}

/// Updates the stack, without what deploys: it would put the action back.
fn update(url: &str, template: &str) {
    let encoded: String = template
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let body = format!(
        "Action=UpdateStack&Version=2010-05-15&StackName={ROLES}&TemplateBody={encoded}\
         &Capabilities.member.1=CAPABILITY_NAMED_IAM"
    );
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={OPERATOR_KEY}/20260101/eu-west-1/cloudformation/\
         aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A line of the environment's file, before and after.
type Edit = (&'static str, &'static str);

/// Changes what every stack has: logs.
const LOGS: Edit = ("logs_days = 30", "logs_days = 60");

/// Changes what machines are started from.
const MACHINES: Edit = (
    "image = \"ami-0123456789abcdef0\"",
    "image = \"ami-0fedcba9876543210\"",
);

/// A pass with a change, after the permission was taken: it has to fail in this stage, and to say for want of
/// what.
fn fails(name: &str, policies: &str, action: &str, (from, to): Edit, stage: &str) {
    let fixture = DefinitionFixture::settled(name);
    take(&fixture, policies, action);
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    let file = "environments/staging.toml";
    let changed = fixture.repository.change(file, from, to);
    rehearsal.start(Some(changed));
    let (events, shown) = watch(&mut rehearsal);
    let newest = rehearsal.queue().newest().unwrap().status;
    assert_eq!(newest, Status::Failed, "{shown}");
    let last = shown.lines().rfind(|line| line.contains(" as ")).unwrap();
    assert!(last.contains(stage), "{shown}");
    let said: String = events
        .iter()
        .filter_map(|event| match event {
            Event::Said(line) => Some(format!("{line}\n")),
            _ => None,
        })
        .collect();
    // Lines are broken where they get too long.
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(action), "{said}");
    assert!(words.contains("not authorized to perform"), "{said}");
    let role = match policies {
        "DeployRolePolicy" => "lemonade-staging-deploy",
        _ => "lemonade-staging-execution",
    };
    assert!(words.contains(role), "{said}");
}

/// What the pipeline calls itself.
#[test]
fn who_deploys_fails_at_the_call_that_it_may_not_make() {
    fails(
        "rights-of-the-deploy-role",
        "DeployRolePolicy",
        "cloudformation:ExecuteChangeSet",
        LOGS,
        "Self-update",
    );
}

/// What CloudFormation does in the name of the execution role.
#[test]
fn a_resource_fails_that_the_execution_role_may_not_change() {
    fails(
        "rights-of-the-execution-role",
        "ExecutionRolePolicy",
        "logs:PutRetentionPolicy",
        LOGS,
        "Self-update",
    );
}

/// What CloudFormation does itself, and no resource's handler: machines of another image are rolled in.
#[test]
fn machines_are_not_rolled_by_a_role_that_may_not_size_their_group() {
    fails(
        "rights-of-a-rolling-update",
        "ExecutionRolePolicy",
        "autoscaling:SetDesiredCapacity",
        MACHINES,
        "Deploy",
    );
}
