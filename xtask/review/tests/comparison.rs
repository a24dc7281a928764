//! The comparison of the sample definition's environments.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

use std::fs;
use std::path::Path;

use common::Definition;
use common::assembly::Assembly;
use common::input::SourceFile;
use review::Environment;
use review::comparison::{
    Comparison, Exchange, Experiments, InputDifference, InputFiles, Reason, Texts, compare, text,
};

const NAMES: [&str; 2] = ["staging", "production"];

fn texts() -> Texts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/definition");
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect("an input file");
    Texts {
        one: read("environments/staging.toml"),
        other: read("environments/production.toml"),
        applications: read("applications.toml"),
    }
}

/// An environment of these inputs; nothing where they are refused.
fn synthesized(texts: &Texts, name: &str) -> Option<Environment> {
    let files = [
        SourceFile::new("environments/staging.toml", texts.one.clone()),
        SourceFile::new("environments/production.toml", texts.other.clone()),
        SourceFile::new("applications.toml", texts.applications.clone()),
    ];
    let definition = Definition::parse(&files).ok()?;
    let mut environments = definition.environments.iter();
    let environment = environments.find(|one| one.name.as_str() == name)?;
    let crates = [
        cicd_stack::stacks,
        ecs_stack::stacks,
        loadbalancer_stack::stacks,
        network_stack::stacks,
    ];
    let stacks = crates
        .iter()
        .flat_map(|define| define(environment).unwrap_or_else(|error| panic!("{error}")))
        .collect();
    let assembly = Assembly::new(environment, stacks).unwrap_or_else(|error| panic!("{error}"));
    Some(Environment::new(&assembly).expect("JSON"))
}

/// Staging with what is not shared but kept by production, where both may have it: all inputs but the account's own.
fn compared() -> Comparison {
    let texts = texts();
    let files = InputFiles::parse(NAMES[0], NAMES[1], &texts).expect("TOML");
    let [one, other] = NAMES.map(|name| synthesized(&texts, name).expect("a definition"));
    let inputs = files.differences();
    let staging = |inputs: &[(&InputDifference, Exchange)]| {
        let texts = files.exchanged(inputs.iter().copied()).expect("TOML");
        synthesized(&texts, "staging")
    };
    let exchanged = inputs.iter().filter_map(|input| {
        let found =
            staging(&[(input, Exchange::Both)]).or_else(|| staging(&[(input, Exchange::One)]));
        Some((input.key.clone(), found?))
    });
    let everything: Vec<_> = inputs
        .iter()
        .map(|input| {
            let is_shared =
                staging(&[(input, Exchange::One)]).is_some() || input.key == "protected";
            let exchange = if is_shared {
                Exchange::One
            } else {
                Exchange::Both
            };
            (input, exchange)
        })
        .collect();
    let kept = inputs.iter().filter(|input| input.key == "protected");
    let kept = kept.filter_map(|kept| {
        let mut inputs = everything.clone();
        inputs.retain(|(input, _)| *input != kept);
        Some((kept.key.clone(), staging(&inputs)?))
    });
    let experiments = Experiments {
        exchanged: exchanged.collect(),
        kept: kept.collect(),
        all: staging(&everything),
    };
    compare(&one, &other, &files, &experiments)
}

#[test]
fn differences_are_told_by_the_inputs_that_make_them() {
    let comparison = compared();
    assert!(comparison.exchanged_all);
    let reason = |stack: &str, resource: &str, path: &str| {
        let stack = comparison.stacks.iter().find(|one| one.id == stack);
        let found = stack.expect("a stack").differences.iter();
        let mut found =
            found.filter(|one| one.logical_id == resource && one.path.starts_with(path));
        let found = found.next();
        let found = found.unwrap_or_else(|| panic!("{resource}.{path} does not differ"));
        match &found.reason {
            Reason::Inputs(keys) => keys.iter().cloned().collect::<Vec<_>>().join(", "),
            Reason::Otherwise => "otherwise".to_owned(),
        }
    };
    let cases = [
        (
            "network",
            "FlowLogGroup",
            "RetentionInDays",
            "retention.logs_days",
        ),
        ("network", "FlowLogGroup", "DeletionPolicy", "protected"),
        ("network", "NatGatewayB", "", "network.nat"),
        ("network", "PrivateSubnetA", "CidrBlock", "network.cidr"),
        ("network", "DatabaseRouteA", "", "atlas"),
        ("network", "EntryAddressA", "", "ingress"),
        ("network", "", "TerminationProtection", "protected"),
        (
            "ecs",
            "MachineTemplate",
            "LaunchTemplateData.InstanceType",
            "cluster.machine",
        ),
        ("ecs", "Machines", "MaxSize", "cluster.machines.max"),
        // A hash of everything that is launched, the environment's name included.
        ("ecs", "MachineTemplate", "LaunchTemplateName", "otherwise"),
    ];
    for (stack, resource, path, keys) in cases {
        assert_eq!(
            reason(stack, resource, path),
            keys,
            "{stack} {resource} {path}"
        );
    }
    // Names, accounts and regions alone are no difference.
    let network = comparison.stacks.iter().find(|stack| stack.id == "network");
    let network = network.expect("a stack");
    assert!(network.names > 20, "{}", network.names);
    assert!(
        !network
            .differences
            .iter()
            .any(|one| one.path.contains("Tags"))
    );
}

#[test]
fn an_environment_is_the_same_as_itself() {
    let mut texts = texts();
    texts.other.clone_from(&texts.one);
    let files = InputFiles::parse("staging", "staging", &texts).expect("TOML");
    let one = synthesized(&self::texts(), "staging").expect("a definition");
    let experiments = Experiments {
        all: Some(one.clone()),
        ..Experiments::default()
    };
    let comparison = compare(&one, &one, &files, &experiments);
    assert!(comparison.inputs.is_empty());
    assert!(
        comparison
            .stacks
            .iter()
            .all(|stack| stack.differences.is_empty())
    );
    let text = text(&comparison);
    assert!(text.contains("differ by their names only"), "{text}");
}

#[test]
fn the_text_fits_a_terminal() {
    let text = text(&compared());
    for line in text.lines() {
        // A path is never broken.
        assert!(
            line.chars().count() <= 80 || !line.trim().contains(' '),
            "{line}"
        );
    }
    for part in [
        "  retention.logs_days: 30 | 400\n",
        "    + NatGatewayB AWS::EC2::NatGateway\n",
        "    ~ Machines.MaxSize: \"4\" | \"8\"\n",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}
