//! Attacks from a compromised pipeline. All of them are denied, and the table in `docs/security.md`
//! names the statements.

mod list;
mod pipelines;
mod privileges;
mod retained_data;
mod stacks;
mod table;

use std::collections::BTreeSet;

use rehearsal::pipelines::policy::{Decision, Request, ServiceCaller};

use crate::names::Names;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attacker {
    /// CloudFormation, with a manipulated template.
    Execution,
    /// The deployment of the definition.
    Deploy,
    /// Another role, by its name without project and environment.
    Role(&'static str),
}

impl Attacker {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Deploy => "deploy",
            Self::Role(name) => name,
        }
    }

    fn arn(self, names: Names<'_>) -> String {
        names.any_role(self.name())
    }
}

/// Attacker promotes, in staging alone.
const PROMOTES: Attacker = Attacker::Role("web-promote");

/// One thing that is tried; several ways to it are told apart by their requests.
pub(crate) struct Attack {
    what: &'static str,
    attacker: Attacker,
    request: Request,
}

/// What was decided of an attack.
struct AttackResult {
    attack: Attack,
    decision: Decision,
}

fn attack_results(names: Names<'_>) -> Vec<AttackResult> {
    list::attacks(names)
        .into_iter()
        .map(|attack| AttackResult {
            decision: names
                .0
                .rights
                .decide(&attack.attacker.arn(names), &attack.request),
            attack,
        })
        .collect()
}

#[test]
fn every_attack_is_denied_in_both_samples() {
    let mut allowed = Vec::new();
    for read in crate::support::samples() {
        for attack_results in attack_results(Names(read)) {
            if let Decision::Allowed(fixture) = attack_results.decision {
                let Attack {
                    what,
                    attacker,
                    request,
                } = attack_results.attack;
                allowed.push(format!(
                    "{what}: {} may {} {} by {fixture}",
                    attacker.name(),
                    request.action,
                    request.resource
                ));
            }
        }
    }
    assert!(allowed.is_empty(), "{}", allowed.join("\n"));
}

/// What an attack is on and the templates don't hold: what it would make, or what AWS names.
const ELSEWHERE: [&str; 14] = [
    ":budget/",
    ":key/1",
    ":oidc-provider/",
    ":parameter/foreign",
    ":role/administrator",
    ":security-group/sg-1",
    ":user/",
    ":vpc/vpc-1",
    "/another",
    "/docker/library/debian",
    "/lemonade-production-another",
    "/lemonade-staging-another",
    "-service-web-admin.",
    "-service-web-admin/",
];

/// An attack on something that is called otherwise would be denied whatever the policies say.
#[test]
fn every_attack_is_on_something_that_is_there() {
    let mut there: BTreeSet<String> = BTreeSet::new();
    for read in crate::support::samples() {
        let names = Names(read);
        for resource in read.stacks.resources() {
            there.extend(read.stacks.identity(&resource).unwrap().arn);
        }
        for stack in read.stacks.names() {
            there.insert(names.own("cloudformation", &format!("stack/{stack}")));
        }
        let pipeline = &read.synthesis.environment.pipeline;
        there.insert(pipeline.connection.to_string());
    }
    let is_there = |resource: &str| {
        there.iter().any(|arn| {
            let arn = arn.trim_end_matches(":*");
            let inside = resource.strip_prefix(arn);
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    for read in crate::support::samples() {
        for attack in list::attacks(Names(read)) {
            let resource = attack.request.resource.as_str();
            assert!(
                resource == "*"
                    || is_there(resource)
                    || ELSEWHERE.iter().any(|part| resource.contains(part)),
                "{}: there is no {resource}",
                attack.what
            );
        }
    }
}

#[test]
fn nothing_else_acts_as_a_role() {
    for read in crate::support::samples() {
        let names = Names(read);
        let assumes = |role: &str, service: &str, project: &str| {
            let service = format!("{service}.amazonaws.com");
            let caller = ServiceCaller {
                service: &service,
                resource: &names.project(project),
            };
            let decision = read.rights.may_assume(&names.any_role(role), caller);
            decision.is_allowed()
        };
        for project in ["self-update", "deploy"] {
            assert!(assumes("deploy", "codebuild", project), "{project}");
        }
        for project in ["build", "check", "verify", "web-build", "web-deploy"] {
            assert!(!assumes("deploy", "codebuild", project), "{project}");
        }
        assert!(assumes("web-deploy", "codebuild", "web-deploy"));
        for project in ["web-build", "web-verify", "api-deploy", "deploy"] {
            assert!(!assumes("web-deploy", "codebuild", project), "{project}");
        }
        // A project that is given the role for CloudFormation doesn't get to be it; and who looks for drift is
        // no service.
        for service in ["codebuild", "codepipeline", "lambda", "ec2", "ecs-tasks"] {
            assert!(!assumes("execution", service, "deploy"), "{service}");
            assert!(!assumes("drift", service, "verify"), "{service}");
        }
    }
}

/// Which commits have completed is told to a workflow on staging's branch of the application's repository: not to
/// one of another repository, branch, pull request or audience, and not to a repository that got its name.
#[test]
fn a_workflow_of_another_branch_or_repository_promotes_nothing() {
    let github = "token.actions.githubusercontent.com";
    let mut roles = 0;
    for read in crate::support::samples() {
        let names = Names(read);
        let provider = names.iam(&format!("oidc-provider/{github}"));
        let (aud, sub) = (format!("{github}:aud"), format!("{github}:sub"));
        let may = |provider: &str, audience: &str, subject: &str| {
            let role = names.role("web-promote");
            let claims = [(aud.as_str(), audience), (sub.as_str(), subject)];
            read.rights.may_assume_with_token(&role, provider, &claims)
        };
        let own = "repo:lemonade@123456/web@456789:ref:refs/heads/next";
        let is_there = read
            .rights
            .role_named(&names.named("web-promote"))
            .is_some();
        assert_eq!(is_there, names.environment() == "staging");
        assert_eq!(may(&provider, "sts.amazonaws.com", own), is_there);
        roles += usize::from(is_there);
        for subject in [
            "repo:lemonade@123456/web@456789:ref:refs/heads/stable",
            "repo:lemonade@123456/web@456789:ref:refs/heads/next/../other",
            "repo:lemonade@123456/web@456789:pull_request",
            "repo:lemonade@123456/web@456789:environment:next",
            "repo:lemonade@123456/web@999:ref:refs/heads/next",
            "repo:lemonade@999/web@456789:ref:refs/heads/next",
            "repo:lemonade/web:ref:refs/heads/next",
            "repo:lemonade@123456/api@456780:ref:refs/heads/next",
        ] {
            assert!(!may(&provider, "sts.amazonaws.com", subject), "{subject}");
        }
        assert!(!may(&provider, "https://github.com/lemonade", own));
        let other = names.iam("oidc-provider/oidc.example.com");
        assert!(!may(&other, "sts.amazonaws.com", own));
        for role in ["api-promote", "mailer-promote"] {
            let role = names.named(role);
            assert!(read.rights.role_named(&role).is_none(), "{role}");
        }
    }
    assert_eq!(roles, 1);
}
