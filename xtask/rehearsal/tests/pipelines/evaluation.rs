//! The evaluator: IAM's rules one by one.

use rehearsal::pipelines::policy::{
    Decision, Denial, Policies, PolicyError, Request, ServiceCaller,
};
use rehearsal::pipelines::template::Stacks;
use serde_json::{Value, json};

use crate::support::{environments, snapshot};

/// The rights of a role `it` with these policies, and this boundary where there is one.
pub(crate) fn rights(policy: Value, boundary: Option<Value>) -> Result<Policies, PolicyError> {
    let managed = |document: Value| {
        json!({
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": { "PolicyDocument": document },
        })
    };
    let mut role = json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": "it",
            "AssumeRolePolicyDocument": { "Statement": {
                "Effect": "Allow",
                "Principal": { "Service": "codebuild.amazonaws.com" },
                "Action": "sts:AssumeRole",
                "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:codebuild:*:*:project/a" } },
            } },
            "ManagedPolicyArns": [{ "Ref": "Policy" }],
        },
    });
    let mut resources = json!({ "Policy": managed(policy) });
    if let Some(boundary) = boundary {
        resources["Boundary"] = managed(boundary);
        role["Properties"]["PermissionsBoundary"] = json!({ "Ref": "Boundary" });
    }
    resources["Role"] = role;
    read(resources)
}

fn read(resources: Value) -> Result<Policies, PolicyError> {
    let mut stacks = Stacks::new("111122223333", "eu-west-1");
    stacks.add("stack", json!({ "Resources": resources }));
    Policies::read(&stacks)
}

pub(crate) const IT: &str = "arn:aws:iam::111122223333:role/it";

fn allow(more: Value) -> Value {
    statement("Allow", more)
}

fn deny(more: Value) -> Value {
    statement("Deny", more)
}

fn statement(effect: &str, more: Value) -> Value {
    let mut statement = json!({ "Effect": effect, "Action": "*", "Resource": "*" });
    for (name, value) in more.as_object().unwrap() {
        if let Some(replaced) = name.strip_prefix("Not") {
            statement.as_object_mut().unwrap().remove(replaced);
        }
        statement[name] = value.clone();
    }
    statement
}

fn policy(statements: impl IntoIterator<Item = Value>) -> Value {
    json!({ "Statement": statements.into_iter().collect::<Vec<_>>() })
}

fn decide(policy: Value, boundary: Option<Value>, request: &Request) -> Decision {
    rights(policy, boundary).unwrap().decide(IT, request)
}

fn get() -> Request {
    Request::new("s3:GetObject", "arn:aws:s3:::bucket/key")
}

#[test]
fn every_template_is_read_whole() {
    for read in environments() {
        for resource in read.stacks.resources() {
            read.stacks
                .properties(&resource)
                .unwrap_or_else(|error| panic!("{}: {error}", resource.id));
        }
        assert_eq!(
            read.rights.roles().count(),
            read.stacks.resources_of_type("AWS::IAM::Role").count()
        );
    }
}

#[test]
fn what_nothing_allows_is_denied() {
    let of_other = policy([allow(json!({ "Action": "s3:PutObject" }))]);
    assert_eq!(
        decide(of_other, None, &get()),
        Decision::Denied(Denial::Implicit)
    );
}

#[test]
fn what_denies_wins_wherever_it_stands() {
    for order in [[0, 1], [1, 0]] {
        let both = [allow(json!({})), deny(json!({ "Sid": "No" }))];
        let ordered = policy(order.map(|index: usize| both[index].clone()));
        let Decision::Denied(Denial::Explicit(grounds)) = decide(ordered, None, &get()) else {
            panic!("not denied");
        };
        assert_eq!(grounds[0].to_string(), "No of stack/Policy");
    }
    let boundary = policy([allow(json!({})), deny(json!({}))]);
    let Decision::Denied(denial) = decide(policy([allow(json!({}))]), Some(boundary), &get())
    else {
        panic!("not denied");
    };
    assert_eq!(
        denial.to_string(),
        "denied by statement 2 of stack/Boundary"
    );
}

#[test]
fn a_boundary_caps_and_gives_nothing() {
    let all = || policy([allow(json!({}))]);
    let gets = || policy([allow(json!({ "Action": "s3:Get*" }))]);
    assert!(decide(all(), Some(gets()), &get()).is_allowed());
    let put = Request::new("s3:PutObject", "arn:aws:s3:::bucket/key");
    assert_eq!(
        decide(all(), Some(gets()), &put),
        Decision::Denied(Denial::Boundary {
            boundary: "stack/Boundary".to_owned()
        })
    );
    let nothing = policy([allow(json!({ "Action": "ec2:*" }))]);
    assert_eq!(
        decide(nothing, Some(all()), &get()),
        Decision::Denied(Denial::Implicit)
    );
}

#[test]
fn actions_ignore_case_and_resources_do_not() {
    let lower = policy([allow(json!({ "Action": "S3:getobject" }))]);
    assert!(decide(lower, None, &get()).is_allowed());
    let upper = policy([allow(json!({ "Resource": "arn:aws:s3:::BUCKET/*" }))]);
    assert!(!decide(upper, None, &get()).is_allowed());
}

#[test]
fn not_action_and_not_resource_are_everything_else() {
    let but = |name: &str, value: &str| policy([allow(json!({ name: value }))]);
    assert!(!decide(but("NotAction", "s3:Get*"), None, &get()).is_allowed());
    assert!(decide(but("NotAction", "s3:Put*"), None, &get()).is_allowed());
    let here = "arn:aws:s3:::bucket/*";
    assert!(!decide(but("NotResource", here), None, &get()).is_allowed());
    assert!(decide(but("NotResource", "arn:aws:s3:::other/*"), None, &get()).is_allowed());
}

/// An action that knows no resources is asked about with `*`, which no ARN stands for.
#[test]
fn what_knows_no_resources_is_allowed_on_everything_only() {
    let list = Request::new("s3:ListAllMyBuckets", "*");
    assert!(decide(policy([allow(json!({}))]), None, &list).is_allowed());
    let named = policy([allow(json!({ "Resource": "arn:aws:s3:::*" }))]);
    assert!(!decide(named, None, &list).is_allowed());
}

/// Of each operator what it says of a key that matches, one that doesn't, and none.
#[test]
fn conditions_hold_as_iam_says() {
    let cases = [
        ("StringEquals", "a", [true, false, false]),
        ("StringNotEquals", "a", [false, true, true]),
        ("StringEqualsIfExists", "a", [true, false, true]),
        ("StringNotEqualsIfExists", "a", [false, true, true]),
        ("StringEqualsIgnoreCase", "A", [true, false, false]),
        ("StringNotEqualsIgnoreCase", "A", [false, true, true]),
        ("StringLike", "a*", [true, false, false]),
        ("StringNotLike", "a*", [false, true, true]),
        ("Bool", "a", [true, false, false]),
        ("Null", "true", [false, false, true]),
        ("Null", "false", [true, true, false]),
        ("ForAnyValue:StringEquals", "a", [true, false, false]),
        ("ForAnyValue:StringNotEquals", "a", [false, true, false]),
        ("ForAllValues:StringEquals", "a", [true, false, true]),
        ("ForAllValues:StringNotEquals", "a", [false, true, true]),
        ("ForAnyValue:StringEqualsIfExists", "a", [true, false, true]),
    ];
    for (operator, wanted, expected) in cases {
        let when = json!({ "Condition": { operator: { "aws:Key": wanted } } });
        let rights = rights(policy([allow(when)]), None).unwrap();
        let requests = [
            get().with("AWS:key", "a"),
            get().with("aws:Key", "b"),
            get(),
        ];
        let found = requests.map(|request| rights.decide(IT, &request).is_allowed());
        assert_eq!(found, expected, "{operator} {wanted}");
    }
}

#[test]
fn several_values_are_any_of_them_or_none_of_them() {
    let with = |operator: &str, request: &Request| {
        let when = json!({ "Condition": { operator: { "aws:Key": ["a", "b"] } } });
        decide(policy([allow(when)]), None, request).is_allowed()
    };
    let of = |values: &[&str]| {
        let mut request = get();
        let values = values.iter().map(|&value| value.to_owned());
        request.context = request.context.with_all("aws:Key", values);
        request
    };
    assert!(with("StringEquals", &of(&["b"])));
    assert!(!with("StringNotEquals", &of(&["b"])));
    assert!(with("StringNotEquals", &of(&["c"])));
    assert!(with("ForAllValues:StringEquals", &of(&["a", "b"])));
    assert!(!with("ForAllValues:StringEquals", &of(&["a", "c"])));
    assert!(with("ForAnyValue:StringEquals", &of(&["a", "c"])));
    assert!(!with("ForAnyValue:StringNotEquals", &of(&["a", "b"])));
    assert!(with("ForAnyValue:StringNotEquals", &of(&["a", "c"])));
}

/// Every key and every operator of a statement has to hold.
#[test]
fn conditions_are_all_of_them() {
    let when = json!({ "Condition": {
        "StringEquals": { "aws:One": "1", "aws:Two": "2" },
        "StringLike": { "aws:Three": "*" },
    } });
    let rights = rights(policy([allow(when)]), None).unwrap();
    let full = get()
        .with("aws:One", "1")
        .with("aws:Two", "2")
        .with("aws:Three", "3");
    assert!(rights.decide(IT, &full).is_allowed());
    for key in ["aws:One", "aws:Two"] {
        let other = full.clone().with(key, "other");
        assert!(!rights.decide(IT, &other).is_allowed(), "{key}");
    }
}

#[test]
fn comparing_arns_takes_wildcards_and_each_part_by_itself() {
    for operator in ["ArnEquals", "ArnLike"] {
        let when = json!({ "Condition": { operator: {
            "aws:SourceArn": "arn:aws:codebuild:*:111122223333:project/a*"
        } } });
        let rights = rights(policy([allow(when)]), None).unwrap();
        let from = |arn: &str| {
            rights
                .decide(IT, &get().with("aws:SourceArn", arn))
                .is_allowed()
        };
        assert!(from("arn:aws:codebuild:eu-west-1:111122223333:project/ab"));
        assert!(!from("arn:aws:codebuild:x:y:111122223333:project/ab"));
    }
}

#[test]
fn a_role_is_acted_as_by_whom_it_trusts() {
    let rights = rights(policy([allow(json!({}))]), None).unwrap();
    let may = |service: &str, project: &str| {
        let arn = format!("arn:aws:codebuild:eu-west-1:111122223333:project/{project}");
        let caller = ServiceCaller {
            service,
            resource: &arn,
        };
        rights.may_assume(IT, caller).is_allowed()
    };
    assert!(may("codebuild.amazonaws.com", "a"));
    assert!(!may("codebuild.amazonaws.com", "b"));
    assert!(!may("codepipeline.amazonaws.com", "a"));
    let unknown = "arn:aws:iam::111122223333:role/unknown";
    assert_eq!(
        rights.decide(unknown, &get()),
        Decision::Denied(Denial::UnknownRole)
    );
}

fn with_bucket(role_may: bool, bucket_policy: Value) -> Policies {
    let action = if role_may { "s3:*" } else { "ec2:*" };
    read(json!({
        "Role": { "Type": "AWS::IAM::Role", "Properties": {
            "RoleName": "it",
            "AssumeRolePolicyDocument": policy([json!({
                "Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": { "Service": "ec2.amazonaws.com" },
            })]),
            "Policies": [{ "PolicyName": "p", "PolicyDocument": policy([allow(json!({ "Action": action }))]) }],
        } },
        "Bucket": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "bucket" } },
        "BucketPolicy": { "Type": "AWS::S3::BucketPolicy", "Properties": {
            "Bucket": { "Ref": "Bucket" }, "PolicyDocument": bucket_policy,
        } },
    }))
    .unwrap()
}

#[test]
fn the_policy_of_a_bucket_counts_for_its_objects() {
    let denies = policy([deny(json!({ "Principal": "*", "Sid": "Closed" }))]);
    let Decision::Denied(denial) = with_bucket(true, denies).decide(IT, &get()) else {
        panic!("allowed");
    };
    assert_eq!(denial.to_string(), "denied by Closed of stack/BucketPolicy");
    let lets_in = policy([allow(json!({ "Principal": { "AWS": IT } }))]);
    assert!(
        with_bucket(false, lets_in.clone())
            .decide(IT, &get())
            .is_allowed()
    );
    let other = Request::new("s3:GetObject", "arn:aws:s3:::bucket2/key");
    assert!(!with_bucket(false, lets_in).decide(IT, &other).is_allowed());
}

#[test]
fn a_key_is_used_by_roles_only_if_its_policy_leaves_it_to_the_account() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/stack-Key";
    let with = |principal: Value| {
        read(json!({
            "Role": { "Type": "AWS::IAM::Role", "Properties": {
                "RoleName": "it",
                "AssumeRolePolicyDocument": policy([json!({
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": { "Service": "ec2.amazonaws.com" },
                })]),
                "Policies": [{ "PolicyName": "p", "PolicyDocument": policy([allow(json!({}))]) }],
            } },
            "Key": { "Type": "AWS::KMS::Key", "Properties": {
                "KeyPolicy": policy([allow(json!({ "Principal": principal }))]),
            } },
        }))
        .unwrap()
        .decide(IT, &Request::new("kms:Decrypt", key))
    };
    assert!(with(json!({ "AWS": "arn:aws:iam::111122223333:root" })).is_allowed());
    assert_eq!(
        with(json!({ "Service": "s3.amazonaws.com" })),
        Decision::Denied(Denial::NotDelegated {
            policy: "stack/Key".to_owned()
        })
    );
}

#[test]
fn what_is_not_evaluated_is_not_read() {
    let refused = |more: Value| rights(policy([allow(more)]), None).unwrap_err().to_string();
    let numeric = json!({ "Condition": { "NumericLessThan": { "aws:Age": "3" } } });
    let variable = json!({ "Resource": "arn:aws:s3:::${aws:username}/*" });
    let no_arn = json!({ "Resource": "bucket" });
    let element = json!({ "NotPrincipal": "*" });
    let all = [numeric, variable, no_arn, element].map(refused);
    snapshot("refused", &all.join("\n"));
}
