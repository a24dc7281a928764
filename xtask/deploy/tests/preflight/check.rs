//! The rules of the guard.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Identity, Stack};
use common::environment::EnvironmentName;
use deploy::next_step::Situation;
use deploy::observe::Observed;
use deploy::plan::Plan;
use deploy::preflight::{
    ActualTarget, Checkout, ExpectedTarget, Inputs, PipelineRun, Refusal, Release, SavedCommit,
    Source, check, check_saved_plan,
};

use test_support::assembly;

fn expected(environment: &str) -> ExpectedTarget {
    ExpectedTarget::of(&assembly::of(environment))
}

/// What is found where all is well.
fn found(expected: &ExpectedTarget) -> ActualTarget {
    ActualTarget {
        identity: Identity {
            account: expected.account.clone(),
            arn: format!("arn:aws:sts::{}:assumed-role/deploy/ann", expected.account),
            ..Identity::default()
        },
        region: expected.region.clone(),
        stacks: BTreeMap::from([(
            format!("{}network", expected.prefix),
            Some(expected.environment.to_string()),
        )]),
        source: Source::Checkout(checkout(expected)),
        saved: None,
        break_glass: None,
    }
}

fn checkout(expected: &ExpectedTarget) -> Checkout {
    Checkout {
        commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        branch: Some(expected.branch.clone()),
        ..Checkout::default()
    }
}

fn release(expected: &ExpectedTarget) -> Release {
    Release::new(expected, &checkout(expected), "d1".to_owned())
}

/// A change to what is expected and found.
type Change = fn(&mut ExpectedTarget, &mut ActualTarget);

fn edit(found: &mut ActualTarget, change: impl FnOnce(&mut Checkout)) {
    if let Source::Checkout(checkout) = &mut found.source {
        change(checkout);
    }
}

fn released(
    expected: &ExpectedTarget,
    found: &mut ActualTarget,
    change: impl FnOnce(&mut Release, &mut String),
) {
    let mut release = release(expected);
    let mut assembly_digest = release.assembly_digest.clone();
    change(&mut release, &mut assembly_digest);
    found.source = Source::Release {
        release,
        assembly_digest,
        pipeline: None,
    };
}

/// A release in a run of a pipeline.
fn released_in(found: &mut ActualTarget, expected: &ExpectedTarget, name: &str, commit: &str) {
    released(expected, found, |_, _| {});
    if let Source::Release { pipeline, .. } = &mut found.source {
        *pipeline = Some(PipelineRun {
            name: name.to_owned(),
            commit: Some(commit.to_owned()),
        });
    }
}

/// Name, change, and whether staging and production refuse it, and production with
/// `--break-glass`.
const CASES: &[(&str, Change, [bool; 3])] = &[
    ("all is well", |_, _| {}, [false, false, false]),
    (
        "another account",
        |_, found| found.identity.account = "999900001111".to_owned(),
        [true, true, true],
    ),
    (
        "another region",
        |_, found| found.region = "us-east-1".to_owned(),
        [true, true, true],
    ),
    (
        "no stacks yet",
        |_, found| found.stacks.clear(),
        [false, false, false],
    ),
    (
        "a stack without a tag",
        |expected, found| {
            found.stacks.insert(format!("{}ecs", expected.prefix), None);
        },
        [true, true, true],
    ),
    (
        "a stack of another owner",
        |expected, found| {
            found
                .stacks
                .insert(format!("{}ecs", expected.prefix), Some("other".to_owned()));
        },
        [true, true, true],
    ),
    (
        "another branch",
        |_, found| {
            edit(found, |checkout| {
                checkout.branch = Some("feature".to_owned())
            })
        },
        [false, true, false],
    ),
    (
        "no branch",
        |_, found| edit(found, |checkout| checkout.branch = None),
        [false, true, false],
    ),
    (
        "no branch, and origin has it on the right one",
        |expected, found| {
            let branch = expected.branch.clone();
            edit(found, |checkout| {
                checkout.branch = None;
                checkout.published_on = BTreeSet::from(["main".to_owned(), branch]);
            });
        },
        [false, false, false],
    ),
    (
        "no branch, and origin has it on another one",
        |_, found| {
            edit(found, |checkout| {
                checkout.branch = None;
                checkout.published_on = BTreeSet::from(["main".to_owned()]);
            });
        },
        [false, true, false],
    ),
    (
        "no branch, in the environment's pipeline, its commit",
        |expected, found| {
            let name = expected.pipeline.clone();
            edit(found, |checkout| {
                checkout.branch = None;
                let commit = Some(checkout.commit.clone());
                checkout.pipeline = Some(PipelineRun { name, commit });
            });
        },
        [false, false, false],
    ),
    (
        "no branch, in the environment's pipeline, another commit",
        |expected, found| {
            let name = expected.pipeline.clone();
            edit(found, |checkout| {
                checkout.branch = None;
                let commit = Some("fedcba".to_owned());
                checkout.pipeline = Some(PipelineRun { name, commit });
            });
        },
        [false, true, false],
    ),
    (
        "no branch, in the environment's pipeline, which says no commit",
        |expected, found| {
            let name = expected.pipeline.clone();
            edit(found, |checkout| {
                checkout.branch = None;
                checkout.pipeline = Some(PipelineRun { name, commit: None });
            });
        },
        [false, true, false],
    ),
    (
        "no branch, in another pipeline",
        |_, found| {
            edit(found, |checkout| {
                checkout.branch = None;
                let commit = Some(checkout.commit.clone());
                let name = "web-lemonade-production".to_owned();
                checkout.pipeline = Some(PipelineRun { name, commit });
            });
        },
        [false, true, false],
    ),
    (
        "changes that are not committed",
        |_, found| edit(found, |checkout| checkout.changed = vec!["a.rs".to_owned()]),
        [false, true, false],
    ),
    (
        "unknown sources",
        |_, found| {
            found.source = Source::Unknown {
                why: "not a git repository".to_owned(),
            };
        },
        [false, true, false],
    ),
    (
        "a release",
        |expected, found| released(expected, found, |_, _| {}),
        [false, false, false],
    ),
    (
        "a release of another branch",
        |expected, found| {
            released(expected, found, |release, _| {
                release.branch = Some("feature".to_owned())
            });
        },
        [false, true, false],
    ),
    (
        "a release with uncommitted changes",
        |expected, found| released(expected, found, |release, _| release.clean = false),
        [false, true, false],
    ),
    (
        "a release whose assembly was altered",
        |expected, found| released(expected, found, |_, digest| *digest = "d2".to_owned()),
        [true, true, false],
    ),
    (
        "a release of another environment",
        |expected, found| {
            let other = match expected.environment {
                EnvironmentName::Production => EnvironmentName::Staging,
                EnvironmentName::Staging => EnvironmentName::Production,
            };
            released(expected, found, |release, _| release.environment = other);
        },
        [true, true, true],
    ),
    (
        "a release of the run's commit, in the environment's pipeline",
        |expected, found| {
            let commit = checkout(expected).commit;
            released_in(found, expected, &expected.pipeline, &commit);
        },
        [false, false, false],
    ),
    (
        "a release of another commit than the run's, in the environment's pipeline",
        |expected, found| released_in(found, expected, &expected.pipeline, "fedcba"),
        [true, true, true],
    ),
    (
        "a release in a run of an application's pipeline",
        |expected, found| released_in(found, expected, "web-lemonade-production", "fedcba"),
        [false, false, false],
    ),
    (
        "another branch, on the local CloudFormation",
        |expected, found| {
            *expected = expected.clone().in_emulator();
            edit(found, |checkout| checkout.branch = None);
        },
        [false, false, false],
    ),
    (
        "another account, on the local CloudFormation",
        |expected, found| {
            *expected = expected.clone().in_emulator();
            found.identity.account = "999900001111".to_owned();
        },
        [true, true, true],
    ),
];

#[test]
fn every_case() {
    let mut wrong = Vec::new();
    for (name, change, refused) in CASES {
        let attempts = [
            ("staging", None),
            ("production", None),
            ("production", Some("fire")),
        ];
        for ((environment, glass), refused) in attempts.into_iter().zip(refused) {
            let mut expected = expected(environment);
            let mut found = found(&expected);
            change(&mut expected, &mut found);
            found.break_glass = glass.map(str::to_owned);
            let outcome = check(&expected, &found);
            if outcome.is_err() != *refused {
                wrong.push(format!("{name}, {environment}, {glass:?}: {outcome:?}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn everything_is_told_at_once_with_what_to_do() {
    let expected = expected("production");
    let mut found = found(&expected);
    found
        .stacks
        .insert("lemonade-production-a".to_owned(), None);
    let other = Some("staging".to_owned());
    found
        .stacks
        .insert("lemonade-production-b".to_owned(), other);
    edit(&mut found, |checkout| {
        checkout.branch = Some("feature".to_owned());
        checkout.changed = ["a", "b", "c", "d", "e", "f", "g"]
            .map(str::to_owned)
            .to_vec();
    });
    found.break_glass = Some(" ".to_owned());
    let mut refusals = check(&expected, &found).unwrap_err();

    found.identity.account = "999900001111".to_owned();
    found.region = "us-east-1".to_owned();
    found.source = Source::Unknown {
        why: "git can't be started".to_owned(),
    };
    // In the wrong place, stacks say nothing.
    refusals.extend(check(&expected, &found).unwrap_err());

    released(&expected, &mut found, |release, digest| {
        release.environment = EnvironmentName::Staging;
        release.branch = None;
        release.clean = false;
        *digest = "d2".to_owned();
    });
    refusals.extend(check(&expected, &found).unwrap_err());

    let text: Vec<String> = refusals
        .iter()
        .map(|refusal| format!("{refusal}\n  = help: {}", refusal.hint()))
        .collect();
    insta::assert_snapshot!("refusals", text.join("\n"));
}

#[test]
fn what_was_waived_is_noted() {
    let expected = expected("production");
    let mut found = found(&expected);
    assert_eq!(
        check(&expected, &found).unwrap().note(),
        "commit 0123456789ab by arn:aws:sts::111122223333:assumed-role/deploy/ann"
    );
    edit(&mut found, |checkout| {
        checkout.branch = Some("fix".to_owned());
        checkout.changed = vec!["a.rs".to_owned()];
    });
    found.break_glass = Some(" the site is down ".to_owned());
    let permit = check(&expected, &found).unwrap();
    assert_eq!(permit.environment(), EnvironmentName::Production);
    assert_eq!(permit.waived().len(), 2);
    assert_eq!(
        permit.note(),
        "commit 0123456789ab with uncommitted changes by \
         arn:aws:sts::111122223333:assumed-role/deploy/ann; break-glass: the site is down; \
         waived: production is deployed from the branch `stable`, and 0123456789ab is on `fix`; \
         there are changes that are not committed: a.rs"
    );
}

#[test]
fn an_observation_is_held_against_tags_and_names() {
    let expected = expected("staging");
    let stack = |name: &str, status: &str, tag: Option<&str>| Stack {
        id: name.to_owned(),
        name: name.to_owned(),
        status: status.into(),
        tags: tag
            .map(|tag| ("lemonade:environment".to_owned(), tag.to_owned()))
            .into_iter()
            .collect(),
        ..Stack::default()
    };
    let observed = Observed {
        identity: found(&expected).identity,
        region: "eu-west-1".to_owned(),
        stacks: [
            stack(
                "lemonade-staging-network",
                "CREATE_COMPLETE",
                Some("staging"),
            ),
            // Not there yet; no tags yet.
            stack("lemonade-staging-ecs", "REVIEW_IN_PROGRESS", None),
            stack(
                "lemonade-staging-other",
                "REVIEW_IN_PROGRESS",
                Some("production"),
            ),
            // Another name.
            stack("lemonade-stagingx", "CREATE_COMPLETE", None),
        ]
        .into_iter()
        .map(|stack| (stack.name.clone(), stack))
        .collect(),
        taken_exports: BTreeMap::new(),
        templates: BTreeMap::new(),
        importers: BTreeMap::new(),
        policies: BTreeMap::new(),
        external_stacks: BTreeMap::new(),
        failed_creations: BTreeMap::new(),
        orphans: BTreeMap::new(),
        deleted_stacks: BTreeMap::new(),
    };
    let source = Source::Checkout(checkout(&expected));
    let found = ActualTarget::new(&expected, &observed, source, None);
    assert_eq!(
        check(&expected, &found).unwrap_err(),
        [Refusal::ForeignStack {
            environment: EnvironmentName::Staging,
            stack: "lemonade-staging-other".to_owned(),
            found: Some("production".to_owned()),
        }]
    );
}

fn saved(region: &str, stack: &str) -> Plan {
    serde_json::from_value(serde_json::json!({
        "version": 1,
        "environment": "staging",
        "account": "444455556666",
        "region": region,
        "stacks": [],
        "steps": [{
            "id": stack,
            "stack": stack,
            "needs": [],
            "operation": { "delete": { "unprotect": false } },
        }],
        "findings": [],
        "templates": {},
        "observed": {},
    }))
    .unwrap()
}

#[test]
fn a_saved_plan_is_for_the_environments_place_and_stacks() {
    let expected = expected("staging");
    let check = |region, stack| check_saved_plan(&expected, &saved(region, stack));
    assert_eq!(check("eu-west-1", "lemonade-staging-network"), Ok(()));
    for stranger in ["foreign", "lemonade-production-network"] {
        let refusals = check("eu-west-1", stranger).unwrap_err();
        assert!(
            matches!(refusals.as_slice(), [Refusal::StrangerInPlan { stack, .. }] if stack == stranger),
            "{refusals:?}"
        );
    }
    let refusals = check("us-east-1", "lemonade-staging-network").unwrap_err();
    assert!(
        matches!(refusals.as_slice(), [Refusal::PlanOfAnotherPlace { .. }]),
        "{refusals:?}"
    );
}

/// A plan holds its templates: its own commit is deployed, not that of the checkout.
#[test]
fn a_saved_plan_is_judged_by_what_it_was_made_from() {
    let (a, dirty) = ("0123456789abcdef0123456789abcdef01234567", "-dirty");
    let with_changes = format!("{a}{dirty}");
    let saved = |environment, planned: Option<&str>, glass: Option<&str>| {
        let expected = expected(environment);
        let mut found = found(&expected);
        found.saved = Some(SavedCommit(planned.map(str::to_owned)));
        found.break_glass = glass.map(str::to_owned);
        check(&expected, &found)
    };
    for environment in ["staging", "production"] {
        assert!(saved(environment, Some(a), None).is_ok());
        for other in [with_changes.as_str(), &"b".repeat(40)] {
            let refusals = saved(environment, Some(other), None).unwrap_err();
            let [refusal] = refusals.as_slice() else {
                panic!("{refusals:?}");
            };
            assert!(refusal.is_waivable());
        }
    }
    // Where no commit is asked for, a plan need not have one; and it says so.
    let note = saved("staging", None, None).unwrap();
    assert!(
        note.note().starts_with("an unknown commit by "),
        "{}",
        note.note()
    );
    assert!(saved("production", None, None).is_err());

    let permit = saved("production", Some(&with_changes), Some("fire")).unwrap();
    let arn = "arn:aws:sts::111122223333:assumed-role/deploy/ann";
    assert_eq!(
        permit.note(),
        format!(
            "commit 0123456789ab with uncommitted changes by {arn}; break-glass: fire; waived: the plan is \
             of commit 0123456789ab with uncommitted changes, and this is commit 0123456789ab"
        )
    );
    let expected = expected("production").in_emulator();
    let mut found = found(&expected);
    found.saved = Some(SavedCommit(Some("b".repeat(40))));
    assert!(check(&expected, &found).is_ok());
}

/// The code's commit does not say what input files of another repository hold.
#[test]
fn input_files_of_another_repository_are_told() {
    for (commit, changed, told) in [
        (None, vec![], "no repository"),
        (
            Some("abcdefabcdefabcdef".to_owned()),
            vec![],
            "another repository's commit abcdefabcdef",
        ),
        (
            Some("abcdefabcdefabcdef".to_owned()),
            vec!["a".to_owned()],
            "another repository's commit abcdefabcdef with uncommitted changes",
        ),
    ] {
        let inputs = Inputs {
            folder: "/elsewhere".into(),
            commit,
            changed,
        };
        let production = expected("production");
        let mut found = found(&production);
        edit(&mut found, |checkout| checkout.inputs = Some(inputs));
        let refusals = check(&production, &found).unwrap_err();
        assert!(
            matches!(refusals.as_slice(), [Refusal::InputsElsewhere { .. }]),
            "{refusals:?}"
        );
        found.break_glass = Some("fire".to_owned());
        let permit = check(&production, &found).unwrap();
        let begin = format!("commit 0123456789ab and input files of {told} by arn:");
        assert!(permit.note().starts_with(&begin), "{}", permit.note());
        assert_eq!(permit.waived().len(), 1);
    }
}

/// What is refused, the text that says how it ends, and that it ends so.
#[test]
fn a_refusal_ends_as_its_next_step_says() {
    let in_an_emergency: Change = |_, found| found.break_glass = Some("fire".to_owned());
    let cases: [(Change, Situation<'_>, Change); 8] = [
        (
            |_, found| found.region = "us-east-1".to_owned(),
            Situation::OtherRegion,
            |expected, found| found.region.clone_from(&expected.region),
        ),
        (
            |_, found| found.source = Source::Unknown { why: String::new() },
            Situation::SourceUnknown,
            in_an_emergency,
        ),
        (
            |_, found| edit(found, |checkout| checkout.branch = None),
            Situation::OtherBranch { branch: "stable" },
            in_an_emergency,
        ),
        (
            |_, found| edit(found, |checkout| checkout.changed = vec!["a".to_owned()]),
            Situation::ChangesUncommitted,
            in_an_emergency,
        ),
        (
            |_, found| {
                edit(found, |checkout| {
                    checkout.inputs = Some(Inputs {
                        folder: "/elsewhere".into(),
                        commit: None,
                        changed: Vec::new(),
                    });
                });
            },
            Situation::InputsElsewhere,
            in_an_emergency,
        ),
        (
            |_, found| found.saved = Some(SavedCommit(Some("b".repeat(40)))),
            Situation::PlanOfOtherCommit,
            in_an_emergency,
        ),
        (
            |_, found| found.saved = Some(SavedCommit(Some("b".repeat(40)))),
            Situation::PlanOfOtherCommit,
            |expected, found| found.saved = Some(SavedCommit(Some(checkout(expected).commit))),
        ),
        (
            |_, found| found.break_glass = Some(" ".to_owned()),
            Situation::ReasonMissing,
            in_an_emergency,
        ),
    ];
    for (begins, situation, ends) in cases {
        let mut expected = expected("production");
        let mut found = found(&expected);
        begins(&mut expected, &mut found);
        let refusals = check(&expected, &found).unwrap_err();
        let hints: Vec<String> = refusals.iter().map(Refusal::hint).collect();
        assert_eq!(hints, [situation.to_string()]);
        ends(&mut expected, &mut found);
        assert!(check(&expected, &found).is_ok(), "{situation:?}");
    }
}
