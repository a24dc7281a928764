//! Pipelines: what they publish, hand on and run.

use rehearsal::pipelines::policy::Request;

use super::list::{BOUNDARY, attack, by};
use super::{Attack, Attacker};
use crate::names::Names;

/// The published assembly, and what pipelines hand on.
pub(super) fn releases(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let release = format!("{}/release.zip", names.bucket("releases"));
    let edit = |action: &str| Request::new(format!("s3:{action}"), &*release);
    let everybody = [
        Attacker::Execution,
        Attacker::Role("pipeline"),
        Attacker::Role("build"),
        Attacker::Role("check"),
        Attacker::Role("web-pipeline"),
        Attacker::Role("web-build"),
        Attacker::Role("web-deploy"),
        Attacker::Role("web-verify"),
    ];
    by(
        attacks,
        "edit the published assembly",
        &everybody,
        &[edit("PutObject")],
    );
    attack(
        attacks,
        "take an older release away",
        Attacker::Deploy,
        vec![edit("DeleteObject"), edit("DeleteObjectVersion")],
    );
    let handed_on = |pipeline: &str, action: &str| {
        Request::new(format!("s3:{action}"), names.artifact(pipeline))
    };
    attack(
        attacks,
        "replace what a pipeline hands on",
        Attacker::Role("web-build"),
        vec![
            handed_on("web", "PutObject"),
            handed_on("api", "PutObject"),
            handed_on("cicd.definition", "PutObject"),
        ],
    );
    attack(
        attacks,
        "replace what a pipeline hands on",
        Attacker::Deploy,
        vec![handed_on("cicd.definition", "PutObject")],
    );
    by(
        attacks,
        "have something compiled into what deploys the definition",
        &[
            Attacker::Execution,
            Attacker::Deploy,
            Attacker::Role("pipeline"),
            Attacker::Role("check"),
            Attacker::Role("web-build"),
            Attacker::Role("web-deploy"),
        ],
        &[Request::new("s3:PutObject", names.cache())],
    );
    by(
        attacks,
        "read the cache of the definition's Build",
        &[Attacker::Role("check"), Attacker::Role("web-build")],
        &[Request::new("s3:GetObject", names.cache())],
    );
    attack(
        attacks,
        "change a stack with what compiles",
        Attacker::Role("build"),
        vec![
            Request::new("cloudformation:CreateChangeSet", names.stack("network"))
                .with(super::list::GIVEN_ROLE, names.any_role("execution")),
            Request::new("cloudformation:ExecuteChangeSet", names.stack("cicd")),
            Request::new("iam:PassRole", names.any_role("execution"))
                .with("iam:PassedToService", "cloudformation.amazonaws.com"),
        ],
    );
    attack(
        attacks,
        "read what another pipeline hands on",
        Attacker::Role("web-build"),
        vec![
            handed_on("api", "GetObject"),
            handed_on("cicd.definition", "GetObject"),
        ],
    );
    attack(
        attacks,
        "replace what a pipeline hands on",
        Attacker::Role("web-pipeline"),
        vec![
            handed_on("api", "PutObject"),
            handed_on("cicd.definition", "PutObject"),
        ],
    );
    attack(
        attacks,
        "replace what a pipeline hands on",
        Attacker::Role("web-deploy"),
        vec![handed_on("web", "PutObject")],
    );
}

/// Pipelines and their projects.
pub(super) fn pipelines(names: Names<'_>, attacks: &mut Vec<Attack>) {
    let start = |pipeline: &str| {
        Request::new(
            "codepipeline:StartPipelineExecution",
            names.pipeline(pipeline),
        )
    };
    attack(
        attacks,
        "start its own pipeline",
        Attacker::Deploy,
        vec![start("cicd.definition")],
    );
    by(
        attacks,
        "start its own pipeline",
        &[
            Attacker::Role("web-deploy"),
            Attacker::Role("web-build"),
            Attacker::Role("web-pipeline"),
        ],
        &[start("web"), start("cicd.definition")],
    );
    let changes = [
        Request::new(
            "codepipeline:UpdatePipeline",
            names.pipeline("cicd.definition"),
        ),
        Request::new(
            "codepipeline:DeletePipeline",
            names.pipeline("cicd.definition"),
        ),
        Request::new(
            "codepipeline:DisableStageTransition",
            names.pipeline("cicd.definition"),
        ),
        Request::new("codebuild:UpdateProject", names.project("self-update")),
        Request::new("codebuild:DeleteProject", names.project("self-update")),
    ];
    by(
        attacks,
        "change a pipeline past CloudFormation",
        &[
            Attacker::Deploy,
            Attacker::Role("pipeline"),
            Attacker::Role("web-deploy"),
        ],
        &changes,
    );
    let build = |project: &str| Request::new("codebuild:StartBuild", names.project(project));
    attack(
        attacks,
        "start a project that deploys",
        Attacker::Role("web-pipeline"),
        vec![
            build("build"),
            build("deploy"),
            build("self-update"),
            build("api-deploy"),
        ],
    );
    by(
        attacks,
        "start a project that deploys",
        &[Attacker::Deploy, Attacker::Role("web-build")],
        &[build("deploy"), build("web-deploy")],
    );
    let connection = names.0.synthesis.environment.pipeline.connection.as_str();
    let service = names.0.synthesis.environment.pipeline.connection.service();
    attack(
        attacks,
        "read another repository",
        Attacker::Role("web-pipeline"),
        vec![
            Request::new(format!("{service}:UseConnection"), connection).with(
                &format!("{service}:FullRepositoryId"),
                "lemonade/infrastructure",
            ),
        ],
    );
    attack(
        attacks,
        "read another repository",
        Attacker::Role("web-build"),
        vec![
            Request::new(format!("{service}:UseConnection"), connection).with(
                &format!("{service}:FullRepositoryId"),
                "lemonade/infrastructure",
            ),
        ],
    );
    let own = names.0.synthesis.environment.pipeline.repository.as_str();
    by(
        attacks,
        "push to the definition's repository",
        &[
            Attacker::Role("build"),
            Attacker::Role("check"),
            Attacker::Deploy,
        ],
        &[Request::new(format!("{service}:UseConnection"), connection)
            .with(&format!("{service}:FullRepositoryId"), own)
            .with(
                &format!("{service}:ProviderPermissionsRequired"),
                "read_write",
            )],
    );
}

/// A workflow that promotes, which only staging knows.
pub(super) fn promotion(names: Names<'_>, attacks: &mut Vec<Attack>) {
    if names.environment() != "staging" {
        return;
    }
    attack(
        attacks,
        "do more than ask what has completed",
        super::PROMOTES,
        vec![
            Request::new("codepipeline:StartPipelineExecution", names.pipeline("web")),
            Request::new("codepipeline:ListPipelineExecutions", names.pipeline("api")),
            Request::new(
                "codepipeline:ListPipelineExecutions",
                names.pipeline("cicd.definition"),
            ),
            Request::new(
                "cloudformation:ExecuteChangeSet",
                names.stack("service-web"),
            ),
            Request::new("sts:AssumeRole", names.any_role("deploy")),
            Request::new("iam:UpdateAssumeRolePolicy", names.role("web-promote")),
            Request::new("ecr:PutImage", names.repository("web")),
            Request::new(
                "s3:GetObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
        ],
    );
}

pub(super) fn workloads(names: Names<'_>, attacks: &mut Vec<Attack>) {
    by(
        attacks,
        "do more than run",
        &[
            Attacker::Role("web-task"),
            Attacker::Role("web-execution"),
            Attacker::Role("machines"),
        ],
        &[
            Request::new("iam:CreateRole", names.role("another"))
                .with(BOUNDARY, names.boundary("workload")),
            Request::new(
                "cloudformation:ExecuteChangeSet",
                names.stack("service-web"),
            ),
            Request::new(
                "ecs:UpdateService",
                names.own(
                    "ecs",
                    &format!("service/lemonade-{}/web", names.environment()),
                ),
            ),
            Request::new(
                "s3:GetObject",
                format!("{}/release.zip", names.bucket("releases")),
            ),
        ],
    );
    attack(
        attacks,
        "do more than run",
        Attacker::Role("machines"),
        vec![Request::new(
            "ssm:GetParameter",
            names.own("ssm", "parameter/foreign"),
        )],
    );
    attack(
        attacks,
        "do more than run",
        Attacker::Role("close-default-security-group"),
        vec![
            Request::new(
                "ec2:AuthorizeSecurityGroupIngress",
                names.own("ec2", "security-group/sg-1"),
            ),
            Request::new("iam:CreateRole", names.role("another")),
        ],
    );
}
