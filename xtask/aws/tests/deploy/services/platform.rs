//! IAM, Service Quotas, Certificate Manager, Secrets Manager, CodeConnections, Systems Manager, SNS.

use deploy::inspect::services::Services as _;

use super::{answering, story};

#[tokio::test]
async fn roles() {
    let (services, replay) = answering(
        200,
        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><Path>/aws-service-role/ecs.amazonaws.com/</Path><RoleName>AWSServiceRoleForECS</RoleName></Role></GetRoleResult></GetRoleResponse>",
    )
    .await;
    let found = services.has_role("AWSServiceRoleForECS").await.unwrap();
    insta::assert_snapshot!("role", story(&replay, found));
}

#[tokio::test]
async fn account_summary() {
    let entry =
        |key: &str, value: u32| format!("<entry><key>{key}</key><value>{value}</value></entry>");
    let body = format!(
        "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap>{}</SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>",
        [
            entry("Users", 3),
            entry("Roles", 41),
            entry("RolesQuota", 1000),
            entry("Policies", 7),
            entry("PoliciesQuota", 1500),
            entry("InstanceProfiles", 2),
            entry("InstanceProfilesQuota", 1000),
        ]
        .concat()
    );
    let (services, replay) = answering(200, &body).await;
    let summary = services.account_summary().await.unwrap();
    insta::assert_snapshot!("account_summary", story(&replay, summary));

    let (services, _) = answering(200, &body.replace("RolesQuota", "Other")).await;
    let error = services.account_summary().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "unexpected answer from IAM: GetAccountSummary: no number for RolesQuota"
    );
}

#[tokio::test]
async fn quota() {
    let (services, replay) = answering(
        200,
        r#"{"Quota":{"ServiceCode":"ec2","QuotaCode":"L-0263D0A3","QuotaName":"EC2-VPC Elastic IPs","Value":5.0,"Unit":"None","Adjustable":true,"GlobalQuota":false}}"#,
    )
    .await;
    let quota = services.quota("ec2", "L-0263D0A3").await.unwrap();
    insta::assert_snapshot!("quota", story(&replay, quota));
}

#[tokio::test]
async fn certificates() {
    let (services, replay) = answering(
        200,
        r#"{"NextToken":"2","CertificateSummaryList":[{"CertificateArn":"arn:aws:acm:eu-west-1:444455556666:certificate/1","DomainName":"staging.lemonade.example","Status":"ISSUED","InUse":true,"NotAfter":1.7877888E9}]}"#,
    )
    .await;
    let page = services.certificates(Some("1".to_owned())).await.unwrap();
    insta::assert_snapshot!("certificates", story(&replay, page));
}

#[tokio::test]
async fn certificate() {
    let (services, replay) = answering(
        200,
        r#"{"Certificate":{"CertificateArn":"arn:aws:acm:eu-west-1:444455556666:certificate/1","DomainName":"staging.lemonade.example","SubjectAlternativeNames":["staging.lemonade.example","*.staging.lemonade.example"],"Status":"ISSUED","InUseBy":["arn:aws:elasticloadbalancing:eu-west-1:444455556666:loadbalancer/app/a/1"],"NotBefore":1.7561664E9,"NotAfter":1.7877888005E9,"KeyAlgorithm":"RSA-2048","Type":"AMAZON_ISSUED","RenewalEligibility":"ELIGIBLE","RenewalSummary":{"RenewalStatus":"PENDING_VALIDATION","DomainValidationOptions":[],"UpdatedAt":1.7E9},"DomainValidationOptions":[{"DomainName":"staging.lemonade.example","ValidationDomain":"staging.lemonade.example","ValidationStatus":"SUCCESS","ResourceRecord":{"Name":"_1.staging.lemonade.example.","Type":"CNAME","Value":"_2.acm-validations.aws."},"ValidationMethod":"DNS"},{"DomainName":"*.staging.lemonade.example","ValidationMethod":"DNS"}]}}"#,
    )
    .await;
    let found = services
        .certificate("arn:aws:acm:eu-west-1:444455556666:certificate/1")
        .await;
    insta::assert_snapshot!("certificate", story(&replay, found.unwrap()));
}

#[tokio::test]
async fn connections_are_asked_for_at_the_service_in_their_arn() {
    let answer = r#"{"Connection":{"ConnectionName":"lemonade","ConnectionArn":"arn","ProviderType":"GitHub","OwnerAccountId":"444455556666","ConnectionStatus":"PENDING"}}"#;
    for service in ["codeconnections", "codestar-connections"] {
        let (services, replay) = answering(200, answer).await;
        let arn = format!("arn:aws:{service}:eu-west-1:444455556666:connection/1");
        let found = services.connection(&arn).await.unwrap();
        insta::assert_snapshot!(service, story(&replay, found));
    }
}

/// A value, a value that is being rotated, one that has only been staged, none, and a deleted one.
#[tokio::test]
async fn secrets() {
    let (services, replay) = answering(
        200,
        r#"{"SecretList":[{"ARN":"arn:1","Name":"lemonade/staging/api/A","SecretVersionsToStages":{"v1":["AWSCURRENT"]}},{"ARN":"arn:2","Name":"lemonade/staging/api/B","SecretVersionsToStages":{"v1":["AWSPREVIOUS"],"v2":["AWSPENDING","AWSCURRENT"]}},{"ARN":"arn:3","Name":"lemonade/staging/api/C","SecretVersionsToStages":{"v1":["AWSPENDING"]}},{"ARN":"arn:4","Name":"lemonade/staging/api/D"},{"ARN":"arn:5","Name":"lemonade/staging/api/E","DeletedDate":1.7E9,"SecretVersionsToStages":{"v1":["AWSCURRENT"]}}],"NextToken":"2"}"#,
    )
    .await;
    let page = services.secrets("lemonade/staging/", None).await.unwrap();
    insta::assert_snapshot!("secrets", story(&replay, page));
}

#[tokio::test]
async fn secret() {
    let (services, replay) = answering(
        200,
        r#"{"ARN":"arn:1","Name":"lemonade/staging/api/A","KmsKeyId":"arn:k","VersionIdsToStages":{"v1":["AWSCURRENT"]},"CreatedDate":1.7E9}"#,
    )
    .await;
    let found = services.secret("lemonade/staging/api/A").await.unwrap();
    insta::assert_snapshot!("secret", story(&replay, found));
}

#[tokio::test]
async fn parameter() {
    let name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id";
    let (services, replay) = answering(
        200,
        &format!(
            r#"{{"Parameter":{{"ARN":"arn:aws:ssm:eu-west-1::parameter{name}","DataType":"text","LastModifiedDate":1.7722E9,"Name":"{name}","Type":"String","Value":"ami-0fedcba9876543210","Version":71}}}}"#
        ),
    )
    .await;
    let found = services.parameter(name).await.unwrap();
    insta::assert_snapshot!("parameter", story(&replay, found));
}

#[tokio::test]
async fn document_versions() {
    let (services, replay) = answering(
        200,
        r#"{"Document":{"Hash":"0f","HashType":"Sha256","Name":"SSM-SessionManagerRunShell","Owner":"444455556666","CreatedDate":1.7722E9,"Status":"Active","DocumentVersion":"1","DocumentType":"Session","SchemaVersion":"1.0","LatestVersion":"3","DefaultVersion":"1","DocumentFormat":"JSON","Tags":[]}}"#,
    )
    .await;
    let found = services
        .document_versions("SSM-SessionManagerRunShell")
        .await;
    insta::assert_snapshot!("document_versions", story(&replay, found.unwrap()));
}

#[tokio::test]
async fn subscriptions() {
    let member = |arn: &str, endpoint: &str| {
        format!(
            "<member><TopicArn>arn:aws:sns:eu-west-1:444455556666:alarms</TopicArn><Protocol>email</Protocol><SubscriptionArn>{arn}</SubscriptionArn><Owner>444455556666</Owner><Endpoint>{endpoint}</Endpoint></member>"
        )
    };
    let confirmed =
        "arn:aws:sns:eu-west-1:444455556666:alarms:80289ba6-0fd4-4079-afb4-ce8c8260f0ca";
    let (services, replay) = answering(
        200,
        &format!(
            "<ListSubscriptionsByTopicResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><ListSubscriptionsByTopicResult><Subscriptions>{}{}</Subscriptions><NextToken>AAE=</NextToken></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>",
            member(confirmed, "ada@lemonade.example"),
            member("PendingConfirmation", "new@lemonade.example"),
        ),
    )
    .await;
    let page = services
        .subscriptions(
            "arn:aws:sns:eu-west-1:444455556666:alarms",
            Some("AAA=".to_owned()),
        )
        .await
        .unwrap();
    insta::assert_snapshot!("subscriptions", story(&replay, page));
}
