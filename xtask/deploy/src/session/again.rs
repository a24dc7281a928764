//! The command that goes on from here, as a person would type it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use common::environment::EnvironmentName;
use deploy_arguments::{Deploy, Image, Target, Verb, Words as _};
use deploy_engine::execute::acknowledgements;
use deploy_engine::plan::{Operation, Plan, VERB};
use deploy_engine::port::ParameterValue;

use super::IMAGE_PARAMETER;

/// What is left out: it was said for this once, or the program that calls this one says it anew.
const LEFT_OUT: [&str; 8] = [
    "--assembly",
    "--called-as",
    "--acknowledgements",
    "--yes",
    "--confirm",
    "--plan",
    "--sources",
    "--definition",
];

/// The command. Without an assembly where `cargo xtask` synthesizes it.
pub(crate) fn again<V: Verb>(verb: &V, target: &Target) -> String {
    command(V::NAME, target, &verb.words())
}

/// A command of this program, with [`VERB`] for its verb: for hints.
pub(crate) fn any_verb(target: &Target) -> String {
    command(VERB, target, &target.words())
}

/// The command that deploys a plan which was saved.
pub(crate) fn deploy_saved(target: &Target, plan: &Path) -> String {
    let words = target.words();
    let plan = quoted(&plan.display().to_string());
    let confirm = match target.environment {
        // Whoever looked at the plan says so; with a terminal, leaving it out asks.
        EnvironmentName::Production if target.local.is_none() => " --confirm production",
        EnvironmentName::Production | EnvironmentName::Staging => "",
    };
    format!(
        "{} --plan {plan}{confirm}",
        command("deploy", target, &words)
    )
}

/// What goes on where a saved plan was left. The plan itself can't be executed twice, since the
/// stacks have moved: it is planned again, for its stacks, with its images, and with nothing
/// acknowledged but what was acknowledged in it.
///
/// `usual` is the role that CloudFormation has where nobody names another.
pub(crate) fn rest_of(
    deploy: &Deploy,
    plan: &Plan,
    (prefix, usual): (&str, &str),
    by_a_person: bool,
) -> Deploy {
    let short = |stack: &str| stack.strip_prefix(prefix).unwrap_or(stack).to_owned();
    let mut rest = deploy.clone();
    rest.plan = None;
    rest.scope.bootstrap |= by_a_person;
    let stacks: BTreeSet<&str> = plan.steps.iter().map(|step| step.stack.as_str()).collect();
    rest.scope.only = stacks.into_iter().map(short).collect();
    let acknowledged = plan.findings.iter().filter(|finding| finding.acknowledged);
    let mut words: BTreeSet<String> = acknowledged
        .clone()
        .map(|finding| finding.acknowledgement().0)
        .collect();
    for step in &plan.steps {
        match &step.operation {
            Operation::Deploy(one) => {
                let images = one.parameters.iter().filter_map(|parameter| {
                    match (&parameter.value, parameter.name == IMAGE_PARAMETER) {
                        (ParameterValue::Given(digest), true) => Some(Image {
                            stack: Some(short(&step.stack)),
                            digest: digest.clone(),
                        }),
                        _ => None,
                    }
                });
                for image in images {
                    if !rest.images.images.contains(&image) {
                        rest.images.images.push(image);
                    }
                }
                rest.images.use_previous_template |= one.previous_template;
                let role = one.role.as_ref().filter(|role| *role != usual);
                rest.acting.role = role.cloned().or(rest.acting.role);
                // What only a change set shows is no finding of the plan.
                let unforeseen = one.acknowledged.iter().filter(|id| {
                    let mut found = acknowledged.clone();
                    !found.any(|finding| finding.stack == step.stack && finding.subject == **id)
                });
                words.extend(
                    unforeseen
                        .flat_map(|id| acknowledgements(&step.stack, id))
                        .map(|word| word.0),
                );
            }
            Operation::Delete { .. } => rest.prune = true,
            Operation::Protect { .. } | Operation::Recover(_) => {}
        }
    }
    rest.acknowledged.words = words.into_iter().collect();
    rest
}

fn command(verb: &str, target: &Target, words: &[OsString]) -> String {
    let mut command = format!("{} {verb}", target.called_as);
    let alone = target.called_as == "deployer";
    for word in words {
        let word = word.to_string_lossy();
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_ref(), None),
        };
        let usual = name == "--concurrency" && value == Some("16");
        let kept = alone && (name == "--assembly" || name == "--acknowledgements");
        if usual || (LEFT_OUT.contains(&name) && !kept) {
            continue;
        }
        command.push(' ');
        command.push_str(name);
        if let Some(value) = value {
            command.push(' ');
            command.push_str(&quoted(value));
        }
    }
    command
}

/// As a shell reads it.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+%".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::Parser as _;
    use deploy_engine::plan::{DeployStep, Finding, FindingCode, Phase, Severity, Step, StepId};
    use deploy_engine::port::Parameter;

    use super::*;
    use crate::cli::{self, Cli};

    fn typed(words: &str) -> String {
        let words = words.split_whitespace();
        let cli = Cli::try_parse_from(std::iter::once("deployer").chain(words)).unwrap();
        let cli::Verb::Deploy(deploy) = cli.verb else {
            panic!("{cli:?}");
        };
        again(&deploy, &deploy.target)
    }

    #[test]
    fn what_goes_on_is_what_was_typed() {
        let xtask = "deploy --env staging --assembly a --called-as=xtask";
        assert_eq!(typed(xtask), "xtask deploy --env staging");
        let more = "--local target/cloud --only network --prune --yes --concurrency 3";
        assert_eq!(
            typed(&format!("{xtask} {more}")),
            "xtask deploy --env staging --local target/cloud --only network --concurrency 3 \
             --prune"
        );
        assert_eq!(
            typed("deploy --env staging --assembly a --plan p.json --confirm staging"),
            "deployer deploy --env staging --assembly a"
        );
    }

    #[test]
    fn a_saved_plan_goes_on_with_its_stacks_images_and_acknowledgements() {
        let name = |id: &str| format!("lemonade-staging-{id}");
        let digest = format!("sha256:{}", "0a".repeat(32));
        let step = |id: &str, operation| Step {
            id: StepId(name(id)),
            stack: name(id),
            needs: Vec::new(),
            operation,
        };
        let service = DeployStep {
            phase: Phase::Whole,
            exists: true,
            template: String::new(),
            previous_template: true,
            digest: String::new(),
            parameters: vec![Parameter {
                name: IMAGE_PARAMETER.to_owned(),
                value: ParameterValue::Given(digest.clone()),
            }],
            capabilities: Vec::new(),
            tags: Vec::new(),
            role: Some("release".to_owned()),
            termination_protection: false,
            policy: None,
            import_existing: false,
            imports: Vec::new(),
            relax: None,
            guarded: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
            rolling: BTreeSet::new(),
            change_set: None,
        };
        let finding = |id: &str, acknowledged| Finding {
            code: FindingCode::ResourceReplaced,
            severity: Severity::Acknowledge,
            stack: name("service-web"),
            subject: id.to_owned(),
            from: None,
            to: None,
            message: String::new(),
            hint: None,
            acknowledged,
        };
        let plan = Plan {
            version: 1,
            environment: EnvironmentName::Staging,
            account: String::new(),
            region: String::new(),
            commit: None,
            stacks: Vec::new(),
            steps: vec![
                step("service-web", Operation::Deploy(Box::new(service))),
                step(
                    "old",
                    Operation::Delete {
                        unprotect: false,
                        role: None,
                    },
                ),
            ],
            findings: vec![finding("Service", true), finding("Other", false)],
            templates: BTreeMap::new(),
            observed: BTreeMap::new(),
        };
        let words = "deployer deploy --env staging --assembly a --plan p.json --yes";
        let cli = Cli::try_parse_from(words.split(' ')).unwrap();
        let cli::Verb::Deploy(deploy) = cli.verb else {
            panic!("{cli:?}");
        };
        let rest = rest_of(&deploy, &plan, ("lemonade-staging-", "usual"), false);
        let word = finding("Service", true).acknowledgement().0;
        assert_eq!(
            again(&rest, &rest.target),
            format!(
                "deployer deploy --env staging --assembly a --only old --only service-web \
                 --image service-web={digest} --use-previous-template --role release --acknowledge {word} --prune"
            )
        );
    }

    #[test]
    fn a_plan_of_production_is_deployed_with_its_name() {
        for (environment, confirm) in [("staging", ""), ("production", " --confirm production")] {
            let words = format!("deployer plan --env {environment} --called-as=xtask");
            let cli = Cli::try_parse_from(words.split(' ')).unwrap();
            let cli::Verb::Plan(plan) = cli.verb else {
                panic!("{cli:?}");
            };
            assert_eq!(
                deploy_saved(&plan.target, Path::new("p.json")),
                format!("xtask deploy --env {environment} --plan p.json{confirm}")
            );
        }
    }

    #[test]
    fn a_shell_reads_it_as_it_was() {
        assert_eq!(quoted("a/b:c=d"), "a/b:c=d");
        assert_eq!(quoted("it's down"), r"'it'\''s down'");
        assert_eq!(quoted(""), "''");
    }
}
