//! What happens as applications are added: as many as one load balancer can carry, and one more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::Definition;
use common::assembly::{Assembly, AssemblyError};
use common::quota::{Quota, State, Usage, usage};
use common::template::check::limits::INLINE_BYTES;
use tests::binaries::run;
use tests::{Synthesis, growth, synthesize};

/// As many applications with ingress as an environment takes.
const MOST: usize = 90;

fn synthesized(applications: usize) -> Vec<Synthesis> {
    let definition = Definition::parse(&growth::files(applications, applications))
        .unwrap_or_else(|errors| panic!("{errors}"));
    definition.environments.iter().map(synthesize).collect()
}

/// Both environments with the most applications, synthesized once.
fn full() -> &'static [Synthesis] {
    static FULL: LazyLock<Vec<Synthesis>> = LazyLock::new(|| synthesized(MOST));
    &FULL
}

/// The sizes of an environment's stacks, by name.
fn sizes(synthesis: &Synthesis) -> BTreeMap<&str, usize> {
    let stacks = &synthesis.assembly.stacks;
    stacks
        .iter()
        .map(|stack| (stack.name.as_str(), stack.bytes))
        .collect()
}

#[test]
fn every_template_fits_inline() {
    for synthesis in full() {
        for (stack, bytes) in sizes(synthesis) {
            assert!(bytes <= INLINE_BYTES, "{stack} has {bytes} bytes");
        }
    }
}

#[test]
fn no_template_grows_with_the_number_of_applications() {
    for (one, full) in synthesized(1).iter().zip(full()) {
        let full_sizes = sizes(full);
        for (stack, bytes) in sizes(one) {
            assert_eq!(full_sizes[stack], bytes, "{stack}");
        }
        // What is in the one and not in the other belongs to the applications that were added,
        // and all of them are of one size.
        let of_applications: BTreeMap<(&str, usize), usize> = full
            .assembly
            .stacks
            .iter()
            .filter_map(|stack| {
                let application = stack.application.as_deref()?;
                let family = stack.id.strip_suffix(application)?;
                Some((family, stack.bytes))
            })
            .fold(BTreeMap::new(), |mut counted, stack| {
                *counted.entry(stack).or_default() += 1;
                counted
            });
        assert!(
            of_applications.values().all(|count| *count == MOST),
            "{of_applications:?}"
        );
        let families: BTreeSet<&str> = of_applications.keys().map(|(family, _)| *family).collect();
        assert_eq!(families.len(), of_applications.len());
        let added = families.len() * (MOST - 1);
        assert_eq!(
            full.assembly.stacks.len(),
            one.assembly.stacks.len() + added
        );
    }
}

#[test]
fn one_application_more_is_refused() {
    let errors = Definition::parse(&growth::files(MOST + 1, MOST + 1)).unwrap_err();
    let text = errors.to_string();
    assert_eq!(errors.iter().count(), 1, "{text}");
    assert!(text.contains("in production and staging"), "{text}");
    assert!(
        text.contains("91 applications with ingress, at most 90 are possible"),
        "{text}"
    );
    assert!(
        text.contains("100 target groups, a quota that AWS doesn't raise"),
        "{text}"
    );
    // A worker takes none of it.
    Definition::parse(&growth::files(MOST + 1, MOST)).unwrap_or_else(|errors| panic!("{errors}"));
}

/// The counts of the definition against those of the templates that are deployed.
#[test]
fn quotas_are_counted() {
    for synthesis in full() {
        let of_type = |kind: &str| synthesis.of_type(kind).count();
        let outputs = |template: &serde_json::Value| template["Outputs"].as_object().unwrap().len();
        let tasks = synthesis.of_type("AWS::ApplicationAutoScaling::ScalableTarget");
        let expected = BTreeMap::from([
            (Quota::Stacks, synthesis.templates.len()),
            (
                Quota::StackOutputs,
                synthesis.templates.values().map(outputs).max().unwrap(),
            ),
            (Quota::Roles, of_type("AWS::IAM::Role")),
            (Quota::ManagedPolicies, of_type("AWS::IAM::ManagedPolicy")),
            (
                Quota::InstanceProfiles,
                of_type("AWS::IAM::InstanceProfile"),
            ),
            (Quota::ElasticIps, of_type("AWS::EC2::EIP")),
            // The entry's and the load balancer's, two ports each.
            (Quota::SecurityGroupRules, 2),
            (Quota::ListenerRules, MOST),
            (Quota::TargetGroups, MOST),
            (
                Quota::Targets,
                tasks
                    .map(|range| range.property("MaxCapacity").as_u64().unwrap())
                    .sum::<u64>() as usize,
            ),
            (Quota::Certificates, 0),
        ]);
        let counted = usage(&synthesis.assembly.stacks);
        let found: BTreeMap<Quota, usize> = counted
            .iter()
            .map(|usage| (usage.quota, usage.used))
            .collect();
        assert_eq!(found, expected);
        let over: Vec<&Usage> = counted
            .iter()
            .filter(|one| one.state == State::Over)
            .collect();
        assert!(over.is_empty(), "{over:?}");
    }
}

/// The input files can't bring this about: the rule of ninety stands before it.
#[test]
fn more_than_aws_allows_any_account_is_refused() {
    let synthesis = &full()[0];
    let mut stacks = synthesis.assembly.stacks.clone();
    stacks[0].quotas.insert(Quota::TargetGroups, 11);
    let error = Assembly::new(&synthesis.environment, stacks).unwrap_err();
    assert!(matches!(error, AssemblyError::OverQuota { .. }));
    insta::assert_snapshot!(error, @"
    101 target groups in production, and AWS allows 100, which it doesn't raise
      = help: an application without ingress takes no target group; more need a second load balancer
      = note: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
    ");
}

/// An empty folder with input files in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("growth")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn synth(folder: &Path, arguments: &[&str]) -> String {
    let out = folder.join("out");
    let paths = [
        "--config",
        folder.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    let all: Vec<&str> = ["synth"]
        .into_iter()
        .chain(paths)
        .chain(arguments.iter().copied())
        .collect();
    let output = run("xtask", &all);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What `synth` says of quotas: from the line of that name to what was written.
fn quotas(text: &str) -> String {
    text.lines()
        .skip_while(|line| !line.starts_with("  quotas: "))
        .take_while(|line| !line.starts_with("  written to "))
        .map(|line| line.to_owned() + "\n")
        .collect()
}

#[test]
fn synth_says_what_is_left() {
    let folder = folder("full");
    growth::write(&folder, &growth::files(MOST, MOST));
    let text = synth(&folder, &["--env", "staging"]);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(
        quotas(&text).contains("listener rules 90 of 100 (near)"),
        "{text}"
    );

    let json = synth(&folder, &["--env", "staging", "--format", "json"]);
    let written: serde_json::Value = serde_json::from_str(&json).unwrap();
    let quotas = written[0]["quotas"].as_array().unwrap();
    assert_eq!(quotas.len(), Quota::ALL.len());
    let groups = quotas
        .iter()
        .find(|quota| quota["quota"] == "targetGroups")
        .unwrap();
    assert_eq!(groups["used"], MOST);
    assert_eq!(groups["limit"], 100);
    assert_eq!(groups["adjustable"], false);
    assert_eq!(groups["state"], "near");
}

#[test]
fn more_than_the_default_is_a_warning() {
    let folder = folder("certificates");
    growth::write(&folder, &growth::files_with_own_hosts(26));
    let text = synth(&folder, &["--env", "staging"]);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let quotas = quotas(&text);
    assert!(
        quotas.contains("own certificates 26 of 25 (over)\n"),
        "{quotas}"
    );
    let (_, warning) = quotas.split_once("  warning: ").unwrap();
    insta::assert_snapshot!(warning, @"
    26 own certificates, 25 by default: ask AWS for more in the account's
               Service Quotas before deploying
    ");
}
