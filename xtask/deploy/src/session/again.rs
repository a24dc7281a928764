//! The commands that are printed to be typed next: whole, in one line, as a shell reads them.
//!
//! Whatever a run was given that decides what is done, where, and with whose consent stands in each of them.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::OnceLock;

use crate::execute::acknowledgements;
use crate::finding::{Finding, Next};
use crate::plan::{Operation, Plan, VERB};
use cloudformation::ParameterValue;
use common::environment::EnvironmentName;
use deploy_arguments::{
    Acknowledgements, Acting, Consent, Deploy, Image, Images, Plan as PlanArguments, Scope, Target,
    Verb, Words as _, quoted,
};

use super::IMAGE_PARAMETER;

/// What is left out: `--confirm` was said of the one plan that is deployed, and the rest is between the programs.
const LEFT_OUT: [&str; 6] = [
    "--called-as",
    "--handed-over",
    "--typed-config",
    "--definition",
    "--plan",
    "--confirm",
];

/// Where a saved plan is written to in a command that somebody completes.
const PLAN_FILE: &str = "plan.json";

/// Where a CloudFormation on this machine keeps its state in a command that proposes to keep it.
const KEPT: &str = "target/cloud";

/// As the program was called.
static CALLED: OnceLock<OsString> = OnceLock::new();

/// Notes how the program was called: by its name, or by the way to it.
pub(crate) fn called(as_typed: Option<OsString>) {
    if let Some(typed) = as_typed {
        // Once for a process.
        let _ = CALLED.set(typed);
    }
}

/// A command of this program, with [`VERB`] for its verb: for hints.
pub(crate) fn any_verb(target: &Target) -> String {
    command(VERB, target, &target.words())
}

/// The command that does the same once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Again {
    /// As it was.
    pub(crate) command: String,
    /// With a CloudFormation on this machine that keeps its state, where it had one that does not.
    pub(crate) keeping: String,
}

/// The command that does the same once more.
pub(crate) fn again<V: Verb>(verb: &V, target: &Target) -> Again {
    let words = verb.words();
    let keeping = words.iter().map(|one| match one == "--local" {
        true => word("--local=", KEPT),
        false => one.clone(),
    });
    Again {
        keeping: command(V::NAME, target, &keeping.collect::<Vec<_>>()),
        command: command(V::NAME, target, &words),
    }
}

/// Another verb of the same environment, at the same place, with the same definition.
pub(crate) fn also(verb: &str, target: &Target) -> String {
    command(verb, target, &target.words())
}

/// The command that deploys a plan which was saved with these arguments.
pub(crate) fn deploy_saved(saved: &PlanArguments, plan: &Path) -> String {
    let target = &saved.target;
    let mut words = target.words();
    let reason = saved.break_glass.as_ref();
    words.extend(reason.map(|reason| word("--break-glass=", reason)));
    let plan = quoted(plan);
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

/// The arguments that plan for a target, with a consent.
pub(crate) fn planning(target: &Target, consent: &Consent) -> PlanArguments {
    PlanArguments {
        target: target.clone(),
        scope: Scope::default(),
        images: Images::default(),
        acting: Acting::default(),
        acknowledged: Acknowledgements::default(),
        prune: false,
        out: None,
        require_acknowledged: false,
        findings: None,
        seen: None,
        drift: false,
        break_glass: consent.break_glass.clone(),
    }
}

/// How the same is done where nobody can be asked: the command that saves its plan, and the one that deploys
/// that.
pub(crate) fn reviewed(plan: &PlanArguments) -> [String; 2] {
    let mut saving = plan.clone();
    saving.out = Some(PLAN_FILE.into());
    [
        again(&saving, &saving.target).command,
        deploy_saved(&saving, Path::new(PLAN_FILE)),
    ]
}

/// Completes the commands of findings.
pub(crate) fn complete<'a>(findings: impl IntoIterator<Item = &'a mut Finding>, target: &Target) {
    for finding in findings {
        for next in &mut finding.next {
            if let Next::Run(text) | Next::Do(text) = next {
                *text = completed(text, target);
            }
        }
    }
}

/// A text with commands of `cargo xtask` for an environment, each completed with where that is. What a
/// release says is for people who have a checkout of their own.
pub(crate) fn completed(text: &str, target: &Target) -> String {
    let environment = target.environment;
    let mut text = text.to_owned();
    if target.called_as.is_none() {
        return text;
    }
    let begin = "cargo xtask ";
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(begin)) {
        let at = from + at;
        let after = at + begin.len();
        let option = format!(" --env {environment}");
        let rest = text.get(after..).unwrap_or_default();
        let is_verb = |verb: &str| {
            !verb.is_empty()
                && verb
                    .chars()
                    .all(|one| one.is_ascii_lowercase() || one == ' ')
        };
        let verb = rest.find(&option).and_then(|end| rest.get(..end));
        let Some(verb) = verb.filter(|verb| is_verb(verb)).map(str::to_owned) else {
            from = after;
            continue;
        };
        let whole = also(&verb, target);
        text.replace_range(at..after + verb.len() + option.len(), &whole);
        from = at + whole.len();
    }
    text
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

fn word(option: &str, value: impl AsRef<OsStr>) -> OsString {
    let mut word = OsString::from(option);
    word.push(value);
    word
}

fn command(verb: &str, target: &Target, words: &[OsString]) -> String {
    let by_xtask = target.called_as.as_deref();
    let mut command = match by_xtask {
        Some(typed) => typed.to_owned(),
        None => CALLED.get().map_or_else(|| "deployer".to_owned(), quoted),
    };
    command.push(' ');
    command.push_str(match (verb, by_xtask) {
        // What `cargo xtask` has two words for.
        ("image-rollback", Some(_)) => "applications rollback",
        ("atlas-accept", Some(_)) => "atlas accept",
        (verb, _) => verb,
    });
    // A name before all options: behind one that may have a value it would be taken for that.
    let (options, names): (Vec<_>, Vec<_>) = words
        .iter()
        .map(split)
        .partition(|(_, value)| value.is_option());
    for (name, _) in names {
        command.push(' ');
        command.push_str(&quoted(name));
    }
    if let Some(config) = &target.typed_config {
        push(&mut command, OsStr::new("--config"), config.as_os_str());
    }
    for (name, value) in options {
        let usual = name == "--concurrency" && value == Value::Of(OsStr::new("16"));
        let handed_over = name == "--assembly" && target.handed_over;
        // Without JSON it is for people, who type it.
        if usual || handed_over || LEFT_OUT.iter().any(|one| name == *one) {
            continue;
        }
        match value {
            Value::Of(value) => push(&mut command, name, value),
            Value::Switch | Value::None => {
                command.push(' ');
                command.push_str(&name.to_string_lossy());
            }
        }
    }
    command
}

/// An option with its value.
fn push(command: &mut String, name: &OsStr, value: &OsStr) {
    let name = name.to_string_lossy();
    // Joined, where the value alone would be taken for an option.
    let joined = value.as_encoded_bytes().first() == Some(&b'-');
    let between = if joined { '=' } else { ' ' };
    command.push_str(&format!(" {name}{between}{}", quoted(value)));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value<'a> {
    /// It is no option.
    None,
    /// An option without a value.
    Switch,
    /// The value of an option.
    Of(&'a OsStr),
}

impl Value<'_> {
    const fn is_option(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// A word of [`Words`](deploy_arguments::Words): `--option`, `--option=value`, or a name.
fn split(word: &OsString) -> (&OsStr, Value<'_>) {
    let word = word.as_os_str();
    if !word.as_encoded_bytes().starts_with(b"--") {
        return (word, Value::None);
    }
    // The names of options are ASCII, so a value begins where a character does.
    match word.to_str().and_then(|text| text.split_once('=')) {
        Some((name, value)) => (OsStr::new(name), Value::Of(OsStr::new(value))),
        None => lossless(word),
    }
}

#[cfg(unix)]
fn lossless(word: &OsStr) -> (&OsStr, Value<'_>) {
    use std::os::unix::ffi::OsStrExt as _;

    let bytes = word.as_bytes();
    match bytes.iter().position(|byte| *byte == b'=') {
        Some(at) => {
            let (name, value) = bytes.split_at(at);
            let value = value.get(1..).unwrap_or_default();
            (OsStr::from_bytes(name), Value::Of(OsStr::from_bytes(value)))
        }
        None => (word, Value::Switch),
    }
}

#[cfg(not(unix))]
fn lossless(word: &OsStr) -> (&OsStr, Value<'_>) {
    (word, Value::Switch)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::plan::{DeployStep, Finding as Found, FindingCode, Phase, Severity, Step, StepId};
    use clap::Parser as _;
    use cloudformation::Parameter;

    use super::*;
    use crate::cli::{self, Cli};

    fn typed(words: &str) -> String {
        let words = words.split_whitespace();
        let cli = Cli::try_parse_from(std::iter::once("deployer").chain(words)).unwrap();
        let cli::Verb::Deploy(deploy) = cli.verb else {
            panic!("{cli:?}");
        };
        again(&deploy, &deploy.target).command
    }

    #[test]
    fn what_goes_on_is_what_was_typed() {
        let xtask = "deploy --env staging --assembly a --handed-over --called-as=xtask";
        assert_eq!(typed(xtask), "xtask deploy --env staging");
        let more = "--local target/cloud --only network --prune --yes --concurrency 3";
        assert_eq!(
            typed(&format!("{xtask} {more}")),
            "xtask deploy --env staging --local target/cloud --only network --concurrency 3 \
             --yes --prune"
        );
        assert_eq!(
            typed("deploy --env staging --assembly a --plan p.json --confirm staging"),
            "deployer deploy --env staging --assembly a"
        );
        let given = "deploy --env staging --assembly a --called-as=xtask --typed-config ../x";
        assert_eq!(
            typed(&format!("{given} --acknowledgements f.toml")),
            "xtask deploy --config ../x --env staging --assembly a --acknowledgements f.toml"
        );
    }

    /// Each is read by a shell and by the program, and means what was typed.
    #[cfg(unix)]
    #[test]
    fn what_is_printed_means_what_was_typed() {
        use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
        use std::process::Command;

        let odd = [
            "it's \"here\"",
            "a b/$HOME/`id`",
            "-odd",
            "--yes",
            "*",
            "~",
            "a\nb",
            "é\u{202e}x",
            "a=b",
            "\\",
        ];
        let mut odd: Vec<OsString> = odd.map(OsString::from).to_vec();
        odd.push(OsString::from_vec(vec![b'd', 0xff]));
        for value in &odd {
            let text = value.to_str().unwrap_or("reason");
            let given = |option: &str| word(option, value);
            let mut words: Vec<OsString> = [
                "deployer",
                "deploy",
                "--env=production",
                "--called-as=xtask",
                "--prune",
                "--drift",
                "--rebuild",
                "--yes",
                "--bootstrap",
                "--concurrency=3",
                "--format=json",
            ]
            .map(OsString::from)
            .to_vec();
            words.extend(["--assembly=", "--typed-config=", "--acknowledgements="].map(given));
            let texts = [
                "--endpoint-url=",
                "--only=",
                "--role=",
                "--acknowledge=",
                "--break-glass=",
            ];
            words.extend(texts.map(|option| word(option, text)));
            let deploy = |words: &[OsString]| match Cli::try_parse_from(words).unwrap().verb {
                cli::Verb::Deploy(deploy) => deploy,
                other => panic!("{other:?}"),
            };
            let mut given = deploy(&words);
            let command = again(&given, &given.target).command;
            assert!(!command.contains(char::is_control), "{command}");

            let echo = "xtask() { printf '%s\\0' \"$@\"; }; ";
            let output = Command::new("sh")
                .args(["-c", &format!("{echo}{command}")])
                .output()
                .unwrap();
            let mut read: Vec<OsString> = output
                .stdout
                .split(|byte| *byte == 0)
                .map(|word| OsStr::from_bytes(word).to_owned())
                .collect();
            assert_eq!(read.pop().as_deref(), Some(OsStr::new("")));
            // What `cargo xtask` takes as its own.
            let at = read
                .iter()
                .position(|word| word.as_bytes().starts_with(b"--config"));
            let at = at.unwrap();
            let joined = read.remove(at);
            let config = match joined.as_bytes().strip_prefix(b"--config=") {
                Some(config) => OsStr::from_bytes(config).to_owned(),
                None => read.remove(at),
            };
            assert_eq!(
                Some(config.as_os_str()),
                given.target.typed_config.as_deref().map(Path::as_os_str)
            );
            given.target.typed_config = None;
            given.target.called_as = None;
            read.insert(0, "deployer".into());
            assert_eq!(deploy(&read), given, "{command}");
        }
    }

    #[test]
    fn a_name_is_not_taken_for_the_value_of_an_option() {
        let words = "deployer image-rollback web --env staging --called-as=xtask --local";
        let cli = Cli::try_parse_from(words.split(' ')).unwrap();
        let cli::Verb::ApplicationsRollback(rollback) = cli.verb else {
            panic!("{cli:?}");
        };
        assert_eq!(
            again(&rollback, &rollback.target).command,
            "xtask applications rollback web --env staging --local"
        );
    }

    #[test]
    fn a_command_of_a_hint_is_completed() {
        let words = "deployer status --env staging --called-as=xtask --typed-config=x --endpoint-url=http://a";
        let cli = Cli::try_parse_from(words.split(' ')).unwrap();
        let cli::Verb::Status(status) = cli.verb else {
            panic!("{cli:?}");
        };
        let whole = "--config x --env staging --endpoint-url http://a";
        assert_eq!(
            completed(
                "apply it with `cargo xtask bootstrap --env staging`; cargo xtask atlas accept --env staging \
                 --yes; cargo xtask deploy; cargo xtask drift --env production",
                &status.target
            ),
            format!(
                "apply it with `xtask bootstrap {whole}`; xtask atlas accept {whole} --yes; cargo xtask \
                 deploy; cargo xtask drift --env production"
            )
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
        let finding = |id: &str, acknowledged| Found {
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
            again(&rest, &rest.target).command,
            format!(
                "deployer deploy --env staging --assembly a --only old --only service-web \
                 --image service-web={digest} --use-previous-template --role release --acknowledge {word} --yes --prune"
            )
        );
    }

    #[test]
    fn a_plan_of_production_is_deployed_with_its_name() {
        for (environment, confirm) in [("staging", ""), ("production", " --confirm production")] {
            let words =
                format!("deployer plan --env {environment} --called-as=xtask --typed-config=x");
            let cli = Cli::try_parse_from(words.split(' ')).unwrap();
            let cli::Verb::Plan(mut plan) = cli.verb else {
                panic!("{cli:?}");
            };
            let deploy = format!("xtask deploy --config x --env {environment}");
            assert_eq!(
                deploy_saved(&plan, Path::new("p.json")),
                format!("{deploy} --plan p.json{confirm}")
            );
            plan.break_glass = Some("it's down".to_owned());
            assert_eq!(
                reviewed(&plan),
                [
                    format!(
                        "xtask plan --config x --env {environment} --out plan.json --break-glass \
                         'it'\\''s down'"
                    ),
                    format!("{deploy} --break-glass 'it'\\''s down' --plan plan.json{confirm}")
                ]
            );
        }
    }
}
