//! Missing resources are answers; denied calls are errors.

use deploy::inspect::services::{ServiceError, Services as _};

use super::answering;

fn json(code: &str) -> String {
    format!(r#"{{"__type":"com.amazonaws.some#{code}","message":"as the service says"}}"#)
}

fn query(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>as the service says</Message></Error></ErrorResponse>"
    )
}

fn ec2(code: &str) -> String {
    format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>as the service says</Message></Error></Errors></Response>"
    )
}

#[tokio::test]
async fn what_does_not_exist_is_an_answer() {
    let (services, _) = answering(200, "<DescribeVpcPeeringConnectionsResponse><vpcPeeringConnectionSet/></DescribeVpcPeeringConnectionsResponse>").await;
    assert_eq!(services.peering("pcx-1").await.unwrap(), None);

    let (services, _) = answering(400, &ec2("InvalidVpcID.NotFound")).await;
    assert_eq!(services.vpc("vpc-1").await.unwrap(), None);

    let (services, _) = answering(404, &query("NoSuchEntity")).await;
    assert!(!services.has_role("AWSServiceRoleForECS").await.unwrap());

    let (services, _) = answering(404, &query("NoSuchHostedZone")).await;
    assert_eq!(services.hosted_zone("Z1").await.unwrap(), None);

    let (services, _) = answering(400, &json("NoSuchResourceException")).await;
    assert_eq!(services.quota("ec2", "L-1").await.unwrap(), None);

    let (services, _) = answering(400, &json("ResourceNotFoundException")).await;
    assert_eq!(services.certificate("arn:1").await.unwrap(), None);
    assert_eq!(services.connection("arn:1").await.unwrap(), None);
    assert_eq!(services.secret("a").await.unwrap(), None);
    assert_eq!(services.last_log_lines("g", "s", 1).await.unwrap(), []);

    let (services, _) = answering(400, &json("PipelineNotFoundException")).await;
    assert_eq!(services.executions("p").await.unwrap(), None);
    assert_eq!(services.history("p", None).await.unwrap(), None);
    assert_eq!(services.stages("p").await.unwrap(), None);

    let (services, _) = answering(400, &json("ParameterNotFound")).await;
    assert_eq!(services.parameter("/aws/service/p").await.unwrap(), None);

    let (services, _) = answering(400, &json("InvalidDocument")).await;
    assert_eq!(services.document_versions("d").await.unwrap(), None);

    let (services, _) = answering(404, &query("NotFound")).await;
    assert_eq!(services.subscriptions("arn:t", None).await.unwrap(), None);

    let (services, _) = answering(400, &json("ClusterNotFoundException")).await;
    assert_eq!(services.ecs_service("c", "s").await.unwrap(), None);
    assert_eq!(
        services.stopped_tasks("c", "s", None).await.unwrap().items,
        [""; 0]
    );

    let (services, _) = answering(400, &json("ServiceNotFoundException")).await;
    assert_eq!(
        services.stopped_tasks("c", "s", None).await.unwrap().items,
        [""; 0]
    );

    let (services, _) =
        answering(200, r#"{"services":[],"failures":[{"reason":"MISSING"}]}"#).await;
    assert_eq!(services.ecs_service("c", "s").await.unwrap(), None);
}

/// A denied call must not count as a missing resource.
#[tokio::test]
async fn what_is_refused_is_an_error() {
    let (services, _) = answering(403, &ec2("UnauthorizedOperation")).await;
    assert!(matches!(
        services.vpc("v").await,
        Err(ServiceError::Denied(_))
    ));
    assert!(matches!(
        services.addresses().await,
        Err(ServiceError::Denied(_))
    ));

    let (services, _) = answering(403, &query("AccessDenied")).await;
    assert!(matches!(
        services.has_role("r").await,
        Err(ServiceError::Denied(_))
    ));

    let (services, _) = answering(400, &json("AccessDeniedException")).await;
    assert!(matches!(
        services.secret("a").await,
        Err(ServiceError::Denied(_))
    ));
    assert!(matches!(
        services.executions("p").await,
        Err(ServiceError::Denied(_))
    ));
    assert!(matches!(
        services.last_log_lines("g", "s", 1).await,
        Err(ServiceError::Denied(_))
    ));

    let (services, _) = answering(400, &json("ExpiredTokenException")).await;
    assert!(matches!(
        services.certificate("a").await,
        Err(ServiceError::Expired(_))
    ));

    let (services, _) = answering(400, &json("InvalidArnException")).await;
    let Err(ServiceError::Other { code, message }) = services.certificate("a").await else {
        panic!("no error of its own");
    };
    assert_eq!(
        (code.raw(), message.raw()),
        ("InvalidArnException", "as the service says")
    );
}

#[tokio::test]
async fn something_else_is_told() {
    let (services, _) = answering(200, "<html>Sign in to this network</html>").await;
    for error in [
        services.executions("p").await.unwrap_err(),
        services.secret("a").await.unwrap_err(),
        services.hosted_zone("Z1").await.unwrap_err(),
        services.account_summary().await.unwrap_err(),
    ] {
        assert!(
            matches!(error, ServiceError::Unreadable { .. }),
            "{error:?}"
        );
    }
}
