//! Attacks on secrets, images and data.

use rehearsal::pipelines::policy::Request;

use super::list::{attack, by};
use super::{Attack, Attacker};
use crate::names::Names;

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
        Attacker::Role("api-execution"),
        vec![read("mailer", "MAIL_API_KEY")],
    );
    let all = [
        Attacker::Execution,
        Attacker::Deploy,
        Attacker::Role("check"),
        Attacker::Role("drift"),
        Attacker::Role("api-task"),
        Attacker::Role("api-build"),
        Attacker::Role("api-deploy"),
        Attacker::Role("web-execution"),
        Attacker::Role("machines"),
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
        Attacker::Role("api-deploy"),
        vec![Request::new(
            "secretsmanager:PutSecretValue",
            names.secret("api", "DATABASE_URL"),
        )],
    );
}

pub(super) fn images(names: Names<'_>, attacks: &mut Vec<Attack>) {
    for action in ["InitiateLayerUpload", "PutImage"] {
        attack(
            attacks,
            "push to another repository",
            Attacker::Role("web-build"),
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
        Attacker::Deploy,
        Attacker::Execution,
        Attacker::Role("web-deploy"),
        Attacker::Role("web-task"),
        Attacker::Role("machines"),
    ];
    by(attacks, "push though it doesn't build", &others, &[push]);
    attack(
        attacks,
        "take an image or its tag away",
        Attacker::Role("web-build"),
        vec![
            Request::new("ecr:BatchDeleteImage", names.repository("web")),
            Request::new("ecr:PutImageTagMutability", names.repository("web")),
            Request::new("ecr:DeleteRepository", names.repository("web")),
        ],
    );
}

pub(super) fn data(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let retained_data = [
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
            Attacker::Deploy,
            Attacker::Role("drift"),
            Attacker::Role("web-deploy"),
            Attacker::Role("web-build"),
        ],
        &retained_data,
    );
    attack(
        attacks,
        "delete what bootstrap keeps",
        Attacker::Execution,
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
        Attacker::Execution,
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
