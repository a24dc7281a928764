//! Whose yes it takes.

use common::environment::EnvironmentName;
use deploy::preflight::{Consent, ExpectedTarget, Question, Refusal};

use test_support::assembly;

fn expected(environment: &str) -> ExpectedTarget {
    ExpectedTarget::of(&assembly::of(environment))
}

/// `--yes`, `--confirm`, saved plan, terminal; what staging and production ask.
type Said = (
    bool,
    Option<&'static str>,
    bool,
    bool,
    &'static str,
    &'static str,
);

const SAID: &[Said] = &[
    (false, None, false, true, "yes or no", "name"),
    (false, None, false, false, "NoTerminal", "NoTerminal"),
    (false, None, true, true, "yes or no", "name"),
    (false, None, true, false, "NoTerminal", "NoTerminal"),
    (true, None, false, true, "nothing", "name"),
    (true, None, false, false, "nothing", "NoTerminal"),
    (true, None, true, false, "nothing", "NoTerminal"),
    (false, Some("it"), false, true, "nothing", "name"),
    (false, Some("it"), false, false, "nothing", "NoSavedPlan"),
    (true, Some("it"), false, false, "nothing", "NoSavedPlan"),
    (false, Some("it"), true, false, "nothing", "nothing"),
    (false, Some("it"), true, true, "nothing", "nothing"),
    (
        true,
        Some("other"),
        true,
        false,
        "WrongConfirmation",
        "WrongConfirmation",
    ),
    (
        true,
        Some("other"),
        true,
        true,
        "WrongConfirmation",
        "WrongConfirmation",
    ),
];

#[test]
fn who_is_asked_what() {
    for &(yes, confirm, saved_plan, terminal, staging, production) in SAID {
        for (environment, wanted) in [("staging", staging), ("production", production)] {
            let consent = Consent {
                yes,
                confirm: confirm.map(|text| match text {
                    "it" => environment.to_owned(),
                    other => other.to_owned(),
                }),
                saved_plan,
                requires_terminal: false,
                terminal,
                unattended: Vec::new(),
            };
            let asked = match consent.question(&expected(environment)) {
                Ok(Question::Nothing) => "nothing".to_owned(),
                Ok(Question::YesOrNo(_)) => "yes or no".to_owned(),
                Ok(Question::Name(_)) => "name".to_owned(),
                Err(refusal) => format!("{refusal:?}"),
            };
            assert!(
                asked.starts_with(wanted),
                "{environment}, {consent:?}: {asked}"
            );
        }
    }
    let no_terminal = Consent::default();
    let local = expected("production").in_emulator();
    assert_eq!(no_terminal.question(&local), Ok(Question::Nothing));
}

#[test]
fn answers() {
    let yes_or_no = Question::YesOrNo(EnvironmentName::Staging);
    for yes in ["y", "Y", "yes", " YES \n"] {
        assert_eq!(yes_or_no.answer(yes), Ok(()), "{yes}");
    }
    for no in ["", "n", "no", "ye", "staging"] {
        assert!(yes_or_no.answer(no).is_err(), "{no}");
    }
    let name = Question::Name(EnvironmentName::Production);
    assert_eq!(name.answer("production\n"), Ok(()));
    for no in ["", "y", "yes", "prod", "Production", "staging"] {
        assert!(name.answer(no).is_err(), "{no}");
    }
    assert!(matches!(
        name.answer("prod"),
        Err(Refusal::WrongConfirmation { .. })
    ));
}

#[test]
fn how_to_confirm_without_a_terminal() {
    let hints: Vec<String> = ["staging", "production"]
        .into_iter()
        .map(|environment| {
            let unattended = [
                "xtask plan --out plan.json",
                "xtask deploy --plan plan.json",
            ];
            let consent = Consent {
                unattended: unattended.map(str::to_owned).to_vec(),
                ..Consent::default()
            };
            let refusal = consent.question(&expected(environment)).unwrap_err();
            format!("{refusal}\n  = help: {}", refusal.hint())
        })
        .collect();
    insta::assert_snapshot!("unattended", hints.join("\n"));
}

#[test]
fn what_no_plan_can_be_saved_of_is_done_in_production_only_at_a_terminal() {
    let expected = |environment| ExpectedTarget::of(&assembly::of(environment));
    let asked = |environment, confirm: Option<&str>, terminal| {
        Consent {
            confirm: confirm.map(str::to_owned),
            requires_terminal: true,
            terminal,
            ..Consent::default()
        }
        .question(&expected(environment))
    };
    for confirm in [None, Some("production")] {
        let refusal = asked("production", confirm, false).unwrap_err();
        assert!(!refusal.hint().contains("plan --env"), "{}", refusal.hint());
        assert!(
            refusal.hint().contains("at a terminal"),
            "{}",
            refusal.hint()
        );
        assert!(asked("production", confirm, true).is_ok());
    }
    assert!(asked("staging", Some("staging"), false).is_ok());
}
