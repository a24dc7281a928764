//! Policy documents, as IAM reads them.

use common_template::policy::{
    Effect, ManagedPolicy, PolicyDocument, Principal, ServicePrincipal, Statement,
};
use common_template::{Json, Kind, Value, pseudo, sub};
use insta::assert_snapshot;

use crate::support::json;

#[test]
fn one_action_and_one_resource_stand_alone() {
    let statement = Statement::allow(["s3:GetObject"]).on("arn:aws:s3:::bucket/*");
    assert_snapshot!(
        json(statement),
        @r#"{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::bucket/*"}"#
    );
}

#[test]
fn several_are_lists_in_the_order_given() {
    let statement = Statement::allow(["s3:PutObject", "s3:GetObject"])
        .sid("Objects")
        .on_each(["arn:aws:s3:::b/*", "arn:aws:s3:::a/*"]);
    assert_eq!(statement.effect(), Effect::Allow);
    assert_eq!(statement.actions(), ["s3:PutObject", "s3:GetObject"]);
    assert_snapshot!(
        json(statement),
        @r#"{"Action":["s3:PutObject","s3:GetObject"],"Effect":"Allow","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::a/*"],"Sid":"Objects"}"#
    );
}

#[test]
fn denials() {
    let outsiders = Statement::deny(["s3:*"])
        .by(Principal::Everybody)
        .on_everything("TLS only");
    assert_snapshot!(
        json(outsiders.when("Bool", "aws:SecureTransport", "false")),
        @r#"{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":"*","Resource":"*"}"#
    );
    let rest = Statement::deny_all_but(["ssm:StartSession"]).on_everything("a boundary");
    assert_snapshot!(
        json(rest),
        @r#"{"Effect":"Deny","NotAction":"ssm:StartSession","Resource":"*"}"#
    );
}

#[test]
fn conditions_are_grouped_by_operator_and_key() {
    let statement = Statement::allow(["kms:Decrypt"])
        .on_everything("the policy of the key itself")
        .when("StringLike", "kms:ViaService", "s3.*.amazonaws.com")
        .when("StringEquals", "aws:SourceAccount", pseudo::account_id())
        .when("StringEquals", "aws:RequestedRegion", "eu-west-1")
        .when("StringEquals", "aws:RequestedRegion", "eu-west-2");
    assert_snapshot!(
        json(statement),
        @r#"{"Action":"kms:Decrypt","Condition":{"StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-west-2"],"aws:SourceAccount":{"Ref":"AWS::AccountId"}},"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}},"Effect":"Allow","Resource":"*"}"#
    );
}

#[test]
fn principals_are_grouped_by_kind() {
    let region = "eu-west-1".to_owned();
    let statement = Statement::allow(["kms:GenerateDataKey"])
        .by(Principal::Service(ServicePrincipal::Logs { region }))
        .by(Principal::this_account())
        .by(Principal::Service(ServicePrincipal::CloudWatch));
    assert_snapshot!(
        json(statement),
        @r#"{"Action":"kms:GenerateDataKey","Effect":"Allow","Principal":{"AWS":{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},"Service":["logs.eu-west-1.amazonaws.com","cloudwatch.amazonaws.com"]}}"#
    );
}

#[test]
fn documents() {
    let trust = PolicyDocument::trust(ServicePrincipal::EcsTasks);
    assert_snapshot!(
        json(Value::<PolicyDocument>::from(trust.clone())),
        @r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}"#
    );
    assert_eq!(
        json(Value::<Json>::from(trust.clone())),
        json(trust.clone())
    );

    assert!(PolicyDocument::new().is_empty());
    let mut document: PolicyDocument = trust.statements().iter().cloned().collect();
    document.push(Statement::allow(["sts:TagSession"]).on(sub("${AWS::StackId}")));
    assert_eq!(document.statements().len(), 2);
    assert!(!document.is_empty());
    assert_eq!(trust.with(document.statements()[1].clone()), document);
}

#[test]
fn managed_policies() {
    enum PolicyArn {}
    impl Kind for PolicyArn {
        const NAME: &'static str = "PolicyArn";
    }
    let all = [
        ManagedPolicy::SsmManagedInstanceCore,
        ManagedPolicy::CloudWatchAgentServer,
        ManagedPolicy::EcsContainerInstance,
    ];
    let arns: Vec<String> = all
        .into_iter()
        .map(|policy| json(policy.arn::<PolicyArn>()))
        .collect();
    assert_snapshot!(arns.join("\n"), @r#"
    {"Fn::Sub":"arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"}
    {"Fn::Sub":"arn:${AWS::Partition}:iam::aws:policy/CloudWatchAgentServerPolicy"}
    {"Fn::Sub":"arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"}
    "#);
}
