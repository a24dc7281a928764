//! What holds of every policy in every template: statements that can match, conditions that compare as IAM
//! does, and keys that are used through services.
//!
//! Which actions know which resources is read from cfn-lint's copy of the service authorization reference,
//! which is installed for the validators.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use cloudformation::iam::{self, Effect, Element, Principal, Statement};
use cloudformation::template::{Function, one_or_many, properties};
use serde_json::Value;
use tests::{Place, Resource, Synthesis, root, synthesized};
use xtask::tools::PythonTools;
use xtask::workspace::Workspace;

/// The texts of a list, or the one that stands in its place.
fn texts(value: &Value) -> Vec<&str> {
    one_or_many(Some(value)).filter_map(Value::as_str).collect()
}

fn read(json: &Value) -> Statement<'_> {
    Statement::read(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// Every statement of every policy, whatever it is attached to.
fn statements(synthesis: &Synthesis) -> Vec<(Place<'_>, Statement<'_>)> {
    let mut found = Vec::new();
    for resource in synthesis.resources() {
        for document in iam::documents(properties(resource.json)) {
            let statements = iam::statements(document).map(read);
            found.extend(statements.map(|statement| (resource.place, statement)));
        }
    }
    assert!(found.len() > 100, "{}", found.len());
    found
}

/// Statements of roles' policies that allow; boundaries give nothing.
fn given(synthesis: &Synthesis) -> Vec<(Resource<'_>, Statement<'_>)> {
    let policies = synthesis.of_type("AWS::IAM::ManagedPolicy");
    policies
        .filter(|policy| !policy.place.id.ends_with("Boundary"))
        .flat_map(|policy| {
            iam::statements(policy.property("PolicyDocument"))
                .map(read)
                .filter(|statement| statement.effect == Effect::Allow)
                .map(move |statement| (policy, statement))
        })
        .collect()
}

/// The patterns of the actions that a statement lists.
fn actions<'a>(statement: &Statement<'a>) -> Vec<&'a str> {
    match &statement.actions {
        Element::AnyOf(actions) => actions.iter().filter_map(|one| one.as_str()).collect(),
        Element::NoneOf(_) => Vec::new(),
    }
}

/// The keys of a statement's conditions, each with its operator.
fn conditions<'a>(statement: &Statement<'a>) -> Vec<(&'a str, &'a str)> {
    let conditions = statement.conditions.iter();
    conditions.map(|one| (one.operator, one.key)).collect()
}

/// Whether the values of a key are ARNs. `iam:PermissionsBoundary` is documented to work with the operators of
/// texts: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>
fn is_arn_key(key: &str) -> bool {
    key.to_ascii_lowercase().ends_with("arn")
}

/// Operators of texts compare ARNs as texts: a wildcard crosses the colons.
#[test]
fn arns_are_compared_as_arns() {
    let mut seen = 0;
    for synthesis in synthesized() {
        for (place, statement) in statements(synthesis) {
            for (operator, key) in conditions(&statement) {
                let arn = operator
                    .trim_start_matches("ForAnyValue:")
                    .starts_with("Arn");
                assert_eq!(arn, is_arn_key(key), "{place:?}: {operator} of {key}");
                seen += usize::from(arn);
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// What encrypts, decrypts, or lets others.
const USES: [&str; 6] = [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncrypt",
    "kms:RetireGrant",
];

/// Statements that use a key without `kms:ViaService`, and why.
const WITHOUT_VIA_SERVICE: [(&str, &str, &str); 2] = [
    (
        "MachineRolePolicy",
        "EncryptedSessions",
        "the agent of Systems Manager decrypts on the machine; the context says that it is a session's",
    ),
    (
        "ImageCacheRolePolicy",
        "EncryptedCopies",
        "ECR acts as the role itself, and its page gives the policy without a condition",
    ),
];

fn uses_a_key(statement: &Statement<'_>) -> bool {
    let actions = actions(statement);
    let mut actions = actions.iter();
    actions.any(|action| USES.iter().any(|one| action.starts_with(one)))
}

#[test]
fn keys_are_used_through_services() {
    for synthesis in synthesized() {
        let mut direct = Vec::new();
        for (policy, statement) in given(synthesis) {
            let uses = uses_a_key(&statement);
            let keys = conditions(&statement);
            if uses && !keys.contains(&("StringEquals", "kms:ViaService")) {
                direct.push((policy.place.id, statement.sid.unwrap_or("?")));
            }
        }
        direct.sort_unstable();
        let mut known = WITHOUT_VIA_SERVICE.map(|(policy, sid, _)| (policy, sid));
        known.sort_unstable();
        assert_eq!(direct, known);
    }
}

/// A key's own policy lets everybody in the account use it through services only.
#[test]
fn key_policies_let_the_account_use_a_key_through_services() {
    for synthesis in synthesized() {
        let mut seen = 0;
        for key in synthesis.of_type("AWS::KMS::Key") {
            for statement in iam::statements(key.property("KeyPolicy")).map(read) {
                let everyone = Some(Element::AnyOf(vec![Principal::Everyone]));
                let allows = statement.effect == Effect::Allow;
                if allows && statement.principals == everyone && uses_a_key(&statement) {
                    let keys = conditions(&statement);
                    for key in ["kms:CallerAccount", "kms:ViaService"] {
                        assert!(keys.contains(&("StringEquals", key)), "{statement:?}");
                    }
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 2);
    }
}

/// Services that are documented to send `aws:SourceAccount` when they assume a role. CloudFormation, EC2, ECR and
/// Lambda are not.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
const SENDING_SOURCE_ACCOUNT: [&str; 4] = [
    "codebuild.amazonaws.com",
    "codepipeline.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// The services that a statement of a trust policy names.
fn services<'a>(statement: &Statement<'a>) -> Vec<&'a str> {
    let principals = statement.principals.iter().flat_map(Element::values);
    principals
        .filter_map(|principal| match principal {
            Principal::Named { kind, value } if *kind == "Service" => value.as_str(),
            _ => None,
        })
        .collect()
}

#[test]
fn trusts_require_the_source_account_where_the_service_sends_it() {
    for synthesis in synthesized() {
        for role in synthesis.of_type("AWS::IAM::Role") {
            for statement in iam::statements(role.property("AssumeRolePolicyDocument")).map(read) {
                let trusted = services(&statement);
                let says = trusted
                    .iter()
                    .any(|one| SENDING_SOURCE_ACCOUNT.contains(one));
                let asked = conditions(&statement).contains(&("StringEquals", "aws:SourceAccount"));
                assert_eq!(says, asked, "{:?}: {trusted:?}", role.place);
            }
        }
    }
}

/// The service authorization reference: by service, actions with the types of resources that they know, and
/// types with the beginnings of their ARNs, the part after the account.
struct Reference(BTreeMap<String, Value>);

fn reference() -> &'static Reference {
    static READ: LazyLock<Reference> = LazyLock::new(|| {
        let workspace = Workspace::around(root()).unwrap();
        let tools = PythonTools::validators(&workspace);
        tools.require().unwrap_or_else(|error| panic!("{error}"));
        let library = tools.program("").join("../lib");
        let mut pythons = fs::read_dir(&library).unwrap();
        let python: PathBuf = pythons.next().unwrap().unwrap().path();
        let file = "site-packages/cfnlint/data/AdditionalSpecs/Policies.json";
        let text = fs::read_to_string(python.join(file)).unwrap();
        Reference(serde_json::from_str(&text).unwrap())
    });
    &READ
}

impl Reference {
    /// The services and beginnings of the ARNs that an action knows; none where it knows no resources.
    fn known_to(&self, action: &str) -> Vec<(String, String)> {
        let (service, name) = action.split_once(':').unwrap();
        let service = &self.0[service];
        let action = &service["Actions"][name.to_ascii_lowercase()];
        assert!(action.is_object(), "there is no {service}:{name}");
        let types = texts(&action["Resources"]).into_iter();
        types
            .flat_map(|name| {
                let named = &service["Resources"][name.to_ascii_lowercase()];
                texts(&named["ARNFormats"])
            })
            .map(|format| {
                let parts: Vec<&str> = format.splitn(6, ':').collect();
                let fixed = parts[5].split(".*").next().unwrap_or_default();
                (parts[2].to_owned(), fixed.to_owned())
            })
            .collect()
    }
}

/// Whether a pattern of ARNs and one of the reference have something in common, by their beginnings.
fn may_match(pattern: &str, (service, beginning): &(String, String)) -> bool {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let [_, _, own, _, _, resource] = parts.as_slice() else {
        return false;
    };
    let fixed = resource.split('*').next().unwrap_or_default();
    own == service && (fixed.starts_with(beginning.as_str()) || beginning.starts_with(fixed))
}

/// A resource of a statement as a pattern, where it is written out.
fn pattern(resource: &Value) -> Option<String> {
    let text = match Function::of(resource) {
        Some(Function::Sub(sub)) => Some(sub.text),
        _ => resource.as_str(),
    };
    // Their colons are not those of the ARN.
    let plain = |text: &str| text.replace("${AWS::", "${");
    text.filter(|text| text.starts_with("arn:")).map(plain)
}

/// An action that knows resources, and none of those that its statement names, is allowed nothing.
#[test]
fn every_action_can_match_one_of_its_resources() {
    let reference = reference();
    let mut checked = 0;
    for synthesis in synthesized() {
        for (policy, statement) in given(synthesis) {
            let resources = match &statement.resources {
                Some(Element::AnyOf(resources)) => resources.as_slice(),
                _ => &[],
            };
            let patterns: Vec<String> = resources.iter().filter_map(|one| pattern(one)).collect();
            // What is imported or of the same template is of the type that it is granted on.
            if patterns.len() < resources.len() {
                continue;
            }
            for action in actions(&statement) {
                let known = reference.known_to(action);
                let mut pairs = patterns
                    .iter()
                    .flat_map(|pattern| known.iter().map(move |one| (pattern, one)));
                assert!(
                    pairs.any(|(pattern, one)| may_match(pattern, one)),
                    "{:?}: {action} is about none of {patterns:?}",
                    policy.place
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

/// The check would have spoken.
#[test]
fn an_action_on_another_kind_of_resource_matches_nothing() {
    let reference = reference();
    let matches = |action: &str, pattern: &str| {
        let known = reference.known_to(action);
        known.iter().any(|one| may_match(pattern, one))
    };
    let connection = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1";
    assert!(matches("codeconnections:PassConnection", connection));
    assert!(!matches("codestar-connections:PassConnection", connection));
    assert!(!matches(
        "codebuild:StartBuild",
        "arn:aws:codebuild:eu-west-1:111122223333:report-group/a"
    ));
    assert!(!matches(
        "autoscaling:DescribeScheduledActions",
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/a"
    ));
}
