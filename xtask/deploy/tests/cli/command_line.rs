//! The commands that are printed to be typed next, as a shell and the program read them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

use cloudformation::{Parameter, ParameterValue};
use common::environment::EnvironmentName;
use deploy::cli::Cli;
use deploy::command_line::{Caller, CommandLine, Remaining};
use deploy::plan::{
    DeployStep, Finding, FindingCode, Operation, Phase, Plan, Severity, Step, StepId,
};

fn by_xtask() -> Caller {
    Caller {
        called_as: Some("xtask".to_owned()),
        ..Caller::default()
    }
}

fn parse(words: &str, caller: Caller) -> CommandLine {
    let words = words.split_whitespace().map(OsString::from).collect();
    let (_, line) = Cli::parse_line(words, caller).unwrap();
    line
}

#[test]
fn a_run_is_resumed_with_what_was_typed() {
    let typed =
        "deployer deploy --env staging --local target/cloud --only network --yes --concurrency 3";
    let resumed =
        "xtask deploy --env staging --local target/cloud --only network --concurrency 3 --yes";
    assert_eq!(parse(typed, by_xtask()).resume().command, resumed);
    let saved = "deployer deploy --env staging --assembly a --plan p.json --confirm staging";
    let resumed = parse(saved, Caller::default()).resume().command;
    assert_eq!(resumed, "deployer deploy --env staging --assembly a");
    let emulator = parse("deployer deploy --env staging --local", by_xtask()).resume();
    assert_eq!(emulator.command, "xtask deploy --env staging --local");
    let keeping = "xtask deploy --env staging --local target/cloud";
    assert_eq!(emulator.keeping, keeping);
}

#[test]
fn a_name_is_not_read_as_the_value_of_an_option() {
    let typed = "deployer image-rollback web --env staging --local";
    assert_eq!(
        parse(typed, by_xtask()).resume().command,
        "xtask applications rollback web --env staging --local"
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
        let joined = |option: &str, value: &std::ffi::OsStr| {
            let mut word = OsString::from(option);
            word.push("=");
            word.push(value);
            word
        };
        let text = value.to_str().unwrap_or("reason");
        let mut words: Vec<OsString> = [
            "xtask",
            "deploy",
            "--env=production",
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
        let paths = ["--assembly", "--config", "--acknowledgements"];
        words.extend(paths.map(|option| joined(option, value)));
        let texts = [
            "--endpoint-url",
            "--only",
            "--role",
            "--acknowledge",
            "--break-glass",
        ];
        words.extend(texts.map(|option| joined(option, text.as_ref())));
        let (_, line) = Cli::parse_line(words, by_xtask()).unwrap();
        let command = line.clone().resume().command;
        assert!(!command.contains(char::is_control), "{command}");

        let echo = "xtask() { printf '%s\\0' \"$@\"; }; ";
        let output = Command::new("sh")
            .args(["-c", &format!("{echo}{command}")])
            .output()
            .unwrap();
        let read = output.stdout.split(|byte| *byte == 0);
        let mut read: Vec<OsString> = read
            .map(|word| std::ffi::OsStr::from_bytes(word).to_owned())
            .collect();
        assert_eq!(read.pop(), Some(OsString::new()));
        read.insert(0, "xtask".into());
        let (_, again) = Cli::parse_line(read, by_xtask()).unwrap();
        assert_eq!(again, line, "{command}");
    }
}

#[test]
fn a_plan_of_production_is_deployed_with_its_name() {
    for (environment, confirm) in [("staging", ""), ("production", " --confirm production")] {
        let words = format!("deployer deploy --env {environment} --config x --prune");
        let line = parse(&words, by_xtask());
        let deploy = format!("xtask deploy --env {environment} --config x");
        assert_eq!(
            line.planning().deploy_saved(Path::new("p.json")),
            format!("{deploy} --plan p.json{confirm}")
        );
        assert_eq!(
            line.planning().with_reason("it's down").reviewed(),
            [
                format!(
                    "xtask plan --env {environment} --config x --prune --break-glass 'it'\\''s \
                     down' --out plan.json"
                ),
                format!("{deploy} --break-glass 'it'\\''s down' --plan plan.json{confirm}"),
            ]
        );
    }
}

#[test]
fn a_saved_plan_is_resumed_with_its_stacks_images_and_acknowledgements() {
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
            name: "ImageDigest".to_owned(),
            value: ParameterValue::Given(digest.clone()),
        }],
        capabilities: Vec::new(),
        tags: Vec::new(),
        role: Some("release".to_owned()),
        termination_protection: false,
        policy: None,
        import_existing: false,
        imports: Vec::new(),
        policy_override: None,
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
    let delete = Operation::Delete {
        unprotect: false,
        role: None,
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
            step("old", delete),
        ],
        findings: vec![finding("Service", true), finding("Other", false)],
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
    };
    let words = "deployer deploy --env staging --assembly a --plan p.json --yes";
    let remaining = Remaining {
        prefix: "lemonade-staging-",
        default_role: "usual",
        manual_stacks: false,
    };
    let rest = parse(words, Caller::default()).remaining_work(&plan, &remaining);
    let word = finding("Service", true).acknowledgement().0;
    assert_eq!(
        rest.resume().command,
        format!(
            "deployer deploy --env staging --assembly a --yes --only old --only service-web \
             --image service-web={digest} --use-previous-template --role release --prune \
             --acknowledge {word}"
        )
    );
}
