//! Random requests: each is read or refused, and its reader never ends otherwise.
//!
//! Inputs are mutations of the forms in `tests/wire/forms`, which is the corpus, and of those in `tests/corpus/forms`.
//! `LEMONADE_FUZZ_CASES` is how many inputs are taken, `LEMONADE_FUZZ_SEED` is where they begin.

use std::path::Path;
use std::time::{Duration, Instant};

use emulator::wire;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

const GENEROUS: Duration = Duration::from_secs(20);
const CASES: u32 = 2_000;

fn number_from_environment(name: &str, otherwise: u32) -> u32 {
    let text = std::env::var(name).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}

fn forms() -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut forms: Vec<Vec<u8>> = ["wire/forms", "corpus/forms"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(tests.join(folder)).unwrap())
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    forms.sort();
    forms
}

/// Reads a form: what is refused is the client's fault, or not modelled.
fn check(form: &[u8]) -> Result<(), TestCaseError> {
    let begun = Instant::now();
    let read = wire::read(form);
    prop_assert!(begun.elapsed() < GENEROUS, "it took {:?}", begun.elapsed());
    if let Err(refused) = read {
        prop_assert!(matches!(refused.status, 400..=499 | 501), "{}", refused);
    }
    Ok(())
}

#[test]
fn what_the_corpus_has_is_read_or_refused() {
    for form in forms() {
        check(&form).unwrap();
    }
}

#[test]
fn forms_of_other_bytes_are_read_or_refused() {
    let forms = forms();
    let mutation = (any::<u8>(), any::<u16>(), any::<u16>());
    let strategy = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        vec(mutation, 1..8),
    );
    let config = Config {
        cases: number_from_environment("LEMONADE_FUZZ_CASES", CASES),
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [1; 32];
    let begin = number_from_environment("LEMONADE_FUZZ_SEED", 0);
    seed[..4].copy_from_slice(&begin.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let ran = TestRunner::new_with_rng(config, random).run(&strategy, |(one, other, mutations)| {
        let mut form = one.get(&forms).clone();
        let other = other.get(&forms);
        for (kind, place, pick) in mutations {
            if form.is_empty() {
                break;
            }
            let place = usize::from(place) % form.len();
            let until = (place + usize::from(pick) % 24 + 1).min(form.len());
            match kind % 6 {
                0 => form[place] = pick.to_le_bytes()[0],
                1 => drop(form.drain(place..until)),
                2 => {
                    let copied = form[place..until].repeat(1 + usize::from(kind));
                    form.splice(place..place, copied);
                }
                3 => form.truncate(place),
                4 => {
                    let from = usize::from(pick) % other.len().max(1);
                    form.truncate(place);
                    form.extend_from_slice(other.get(from..).unwrap_or_default());
                }
                _ => {
                    let marks: &[&[u8]] = &[
                        b"&",
                        b"=",
                        b"%",
                        b".member.4294967295.",
                        b".member.1.member.1",
                        b"%00",
                        b"+",
                        b".entry.1.key=",
                        b"&StackName=",
                        b"&Tags.member.18446744073709551616.Key=a",
                    ];
                    let mark = marks[usize::from(pick) % marks.len()];
                    form.splice(place..place, mark.iter().copied());
                }
            }
        }
        check(&form)
    });
    match ran {
        Ok(()) => {}
        Err(TestError::Fail(reason, input)) => panic!("{reason}: {input:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// As many members as a body has room for.
#[test]
fn forms_with_many_members_are_read_or_refused() {
    for member in [
        "Tags.member.#.Key=k",
        "Parameters.member.#.ParameterKey=k",
        "ResourcesToImport.member.#.LogicalResourceId=k",
        "ResourcesToImport.member.1.ResourceIdentifier.entry.#.key=k",
        "Capabilities.member.#=CAPABILITY_IAM",
        "NotificationARNs.member.#=a",
    ] {
        let mut form =
            "Action=CreateChangeSet&Version=2010-05-15&StackName=a&ChangeSetName=c&TemplateBody=a"
                .to_owned();
        for index in 1.. {
            let next = member.replace('#', &index.to_string());
            if form.len() + next.len() > 1024 * 1024 {
                break;
            }
            form.push('&');
            form.push_str(&next);
        }
        check(form.as_bytes()).unwrap();
    }
}
