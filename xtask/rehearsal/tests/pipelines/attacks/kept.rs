//! What is kept: secrets, images, data.

use rehearsal::pipelines::policy::Request;

use super::list::{attack, by};
use super::{Attack, Who};
use crate::names::Names;

/// Values of secrets.
pub(super) fn secrets(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let read = |application: &str, name: &str| {
        Request::new(
            "secretsmanager:GetSecretValue",
            names.secret(application, name),
        )
    };
    attack(
        attacks,
        "read another application's secrets",
        Who::Role("api-execution"),
        vec![read("mailer", "MAIL_API_KEY")],
    );
    let all = [
        Who::Execution,
        Who::Deploy,
        Who::Role("check"),
        Who::Role("drift"),
        Who::Role("api-task"),
        Who::Role("api-build"),
        Who::Role("api-deploy"),
        Who::Role("web-execution"),
        Who::Role("machines"),
    ];
    by(
        attacks,
        "read another application's secrets",
        &all,
        &[read("api", "DATABASE_URL")],
    );
    attack(
        attacks,
        "give a secret another value",
        Who::Role("api-deploy"),
        vec![Request::new(
            "secretsmanager:PutSecretValue",
            names.secret("api", "DATABASE_URL"),
        )],
    );
}

/// Images.
pub(super) fn images(names: Names<'_>, attacks: &mut Vec<Attack>) {
    for action in ["InitiateLayerUpload", "PutImage"] {
        attack(
            attacks,
            "push to another repository",
            Who::Role("web-build"),
            vec![
                Request::new(format!("ecr:{action}"), names.repository("api")),
                Request::new(
                    format!("ecr:{action}"),
                    names.own(
                        "ecr",
                        &format!("repository/{}/docker/library/debian", names.named("public")),
                    ),
                ),
            ],
        );
    }
    let push = Request::new("ecr:PutImage", names.repository("web"));
    let others = [
        Who::Deploy,
        Who::Execution,
        Who::Role("web-deploy"),
        Who::Role("web-task"),
        Who::Role("machines"),
    ];
    by(attacks, "push though it doesn't build", &others, &[push]);
    attack(
        attacks,
        "take an image or its tag away",
        Who::Role("web-build"),
        vec![
            Request::new("ecr:BatchDeleteImage", names.repository("web")),
            Request::new("ecr:PutImageTagMutability", names.repository("web")),
            Request::new("ecr:DeleteRepository", names.repository("web")),
        ],
    );
}

/// What is kept.
pub(super) fn data(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let kept = [
        Request::new("ecr:DeleteRepository", names.repository("web")),
        Request::new(
            "secretsmanager:DeleteSecret",
            names.secret("api", "DATABASE_URL"),
        ),
        Request::new("kms:ScheduleKeyDeletion", names.key("network", "DataKey"))
            .with("aws:ResourceTag/lemonade:environment", names.environment())
            .with("aws:ResourceTag/lemonade:stack", "network"),
        Request::new("s3:DeleteBucket", names.bucket("access-logs")),
        Request::new(
            "logs:DeleteLogGroup",
            names.own(
                "logs",
                &format!("log-group:/lemonade/{}/web", names.environment()),
            ),
        ),
    ];
    by(
        attacks,
        "delete what is kept, past CloudFormation",
        &[
            Who::Deploy,
            Who::Role("drift"),
            Who::Role("web-deploy"),
            Who::Role("web-build"),
        ],
        &kept,
    );
    attack(
        attacks,
        "delete what bootstrap keeps",
        Who::Execution,
        vec![
            Request::new("s3:DeleteBucket", names.bucket("releases")),
            Request::new(
                "s3:DeleteObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
            Request::new("s3:DeleteBucketPolicy", names.bucket("artifacts")),
            Request::new(
                "kms:ScheduleKeyDeletion",
                names.key("bootstrap", "ArtifactKey"),
            )
            .with("aws:ResourceTag/lemonade:environment", names.environment())
            .with("aws:ResourceTag/lemonade:stack", "bootstrap"),
        ],
    );
    attack(
        attacks,
        "look into what is kept, or delete it",
        Who::Execution,
        [
            "DeleteObject",
            "DeleteObjectVersion",
            "GetObject",
            "PutObjectAcl",
        ]
        .map(|action| {
            let object = format!("{}/AWSLogs/1", names.bucket("access-logs"));
            Request::new(format!("s3:{action}"), object)
        })
        .to_vec(),
    );
}
