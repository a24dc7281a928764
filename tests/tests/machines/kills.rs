//! The process is killed at random moments, and the same command continues what it did.
//!
//! The endpoint is another process, which continues meanwhile. `tests/deploying/crash.rs` kills the
//! engine at every call in virtual time; here it is the program, with its sockets, its threads and its
//! signals, at moments between two calls too.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use cloudformation::{PhysicalId, StackName};
use common::environment::EnvironmentName::Staging;
use emulator::Cloud;
use emulator::api::{Action, Answer, ApiError, Caller};
use emulator::server::{AuthorizationRequest, Authorize, Options, RunningServer, Server};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tests::chance::Chance;
use tests::small::{self, SmallStack, stack};
use xtask::assembly_folder;

use crate::support::{deployer, folder};

/// How many kills the usual tests make; the named command of CONTRIBUTING.md makes more.
const KILLS: usize = 20;

/// A kill comes this long after the call that it was drawn for, at most: before its answer, or after it.
const DELAY: Duration = Duration::from_millis(30);

/// What is run, and what has been run before.
struct Way {
    name: &'static str,
    before: &'static [&'static str],
    command: &'static str,
    /// What is run once it has succeeded.
    after: &'static [&'static str],
}

const CREATE: &str = "deploy --assembly first --yes";
const UPDATE: &str = "deploy --assembly second --yes";
const REBUILD: &str = "deploy --assembly first --rebuild --yes";
const DESTROY: &str = "destroy --assembly first --yes";

const VALIDATE: &str = "validate --assembly second";

const WAYS: [Way; 6] = [
    Way {
        name: "creation",
        before: &[],
        command: CREATE,
        after: &[],
    },
    Way {
        name: "update",
        before: &[CREATE],
        command: UPDATE,
        after: &[],
    },
    Way {
        name: "rebuild",
        before: &[CREATE, DESTROY],
        command: REBUILD,
        after: &[],
    },
    Way {
        name: "destroy",
        before: &[CREATE],
        command: DESTROY,
        after: &[],
    },
    Way {
        name: "validation of a change",
        before: &[CREATE],
        command: VALIDATE,
        after: &[UPDATE],
    },
    Way {
        name: "validation of what is new",
        before: &[],
        command: VALIDATE,
        after: &[UPDATE],
    },
];

/// Stacks that export, import, retain and are replaced, of a version.
fn stacks(version: &str) -> Vec<SmallStack> {
    vec![
        stack("network")
            .resource(
                "Secret",
                "AWS::SecretsManager::Secret",
                json!({ "Description": "a secret" }),
            )
            .staying("Secret")
            .parameter("Version", version)
            .export("Secret", "Secret"),
        stack("secrets")
            .resource("Key", "AWS::KMS::Key", json!({ "Description": "a key" }))
            .staying("Key")
            .parameter("Version", version)
            .export("Key", "Key"),
        stack("service")
            .import("network", "Secret")
            .import("secrets", "Key")
            .parameter("Version", version),
    ]
}

/// What an endpoint holds: per stack what was begun in it, and per resource what it is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    /// The operations of each stack that ever was, oldest first.
    operations: BTreeMap<StackName, Vec<String>>,
    /// The physical ids of the resources of the stacks that are there.
    resources: BTreeMap<String, PhysicalId>,
    /// The same, of what deleted stacks have left.
    retained: BTreeMap<String, PhysicalId>,
    /// The change sets that nothing has executed or deleted.
    unexecuted: Vec<String>,
}

impl Held {
    fn by(cloud: &mut Cloud, caller: &Caller) -> Self {
        let mut held = Self::default();
        let now = cloud.now();
        let mut ask = |action| cloud.call(now, caller, &action).unwrap();
        let Answer::StackSummaries(summaries) = ask(Action::ListStacks {
            statuses: Vec::new(),
            next: None,
        }) else {
            panic!("stacks were asked for");
        };
        for summary in summaries.items {
            let Answer::Events(events) = ask(Action::DescribeStackEvents {
                stack: summary.id.to_string(),
                next: None,
            }) else {
                panic!("events were asked for");
            };
            if summary.deleted.is_none() {
                let Answer::ChangeSets(sets) = ask(Action::ListChangeSets {
                    stack: summary.id.to_string(),
                    next: None,
                }) else {
                    panic!("change sets were asked for");
                };
                let sets = sets.items.into_iter();
                held.unexecuted.extend(
                    sets.map(|set| format!("{}: {} {}", summary.name, set.name, set.status)),
                );
            }
            let begun = events.items.into_iter().rev().filter(|event| {
                event.is_of_stack(&summary.id)
                    && event.status.is_in_progress()
                    && event.status != "REVIEW_IN_PROGRESS"
            });
            let begun: Vec<String> = begun.map(|event| event.status.to_string()).collect();
            // A stack that was only reviewed is deleted without ever having been created.
            if begun
                .first()
                .is_some_and(|first| first != "DELETE_IN_PROGRESS")
            {
                let operations = held.operations.entry(summary.name.clone()).or_default();
                operations.extend(begun);
            }
            let Answer::Resources(resources) = ask(Action::DescribeStackResources {
                stack: summary.id.to_string(),
                logical_id: None,
            }) else {
                panic!("resources were asked for");
            };
            for resource in resources.items {
                let key = format!("{}/{}", summary.name, resource.logical_id);
                let id = resource.physical_id.unwrap_or_default();
                if summary.deleted.is_none() {
                    held.resources.insert(key, id);
                } else if resource.status == "DELETE_SKIPPED" {
                    held.retained.insert(key, id);
                }
            }
        }
        held.operations
            .retain(|_, operations| !operations.is_empty());
        held
    }
}

/// The process that is to be killed, and when.
#[derive(Debug, Default)]
struct Aim {
    process: Option<Pid>,
    call: usize,
    delay: Duration,
}

/// What test and endpoint share.
#[derive(Debug, Default)]
struct Shared {
    aim: Mutex<Aim>,
    calls: AtomicUsize,
    action: Mutex<String>,
    held: Mutex<Held>,
}

/// Lets every call through, and kills at the one that was drawn.
struct Watch(Arc<Shared>);

impl Authorize for Watch {
    fn authorize(
        &mut self,
        asked: &AuthorizationRequest<'_>,
        cloud: &mut Cloud,
    ) -> Result<(), ApiError> {
        let number = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let mut aim = self.0.aim.lock().unwrap();
        if number == aim.call
            && let Some(process) = aim.process.take()
        {
            *self.0.action.lock().unwrap() = format!("{:?}", asked.action);
            let delay = aim.delay;
            if delay.is_zero() {
                kill(process);
            } else {
                thread::spawn(move || {
                    thread::sleep(delay);
                    kill(process);
                });
            }
        }
        if matches!(asked.action, Action::GetCallerIdentity) {
            *self.0.held.lock().unwrap() = Held::by(cloud, asked.caller);
        }
        Ok(())
    }
}

/// It may have exited already: then its status is still available.
fn kill(process: Pid) {
    let _ = kill_process(process, Signal::KILL);
}

/// One endpoint, and the runs before it.
struct Trial {
    shared: Arc<Shared>,
    server: RunningServer,
    folder: PathBuf,
}

impl Trial {
    fn new(way: &Way, folder: &Path) -> Self {
        let shared = Arc::new(Shared::default());
        let options = Options {
            speed: "600".parse().unwrap(),
            ..Options::default()
        };
        let server = Server::start_with(&options, Box::new(Watch(Arc::clone(&shared)))).unwrap();
        let trial = Self {
            shared,
            server,
            folder: folder.to_owned(),
        };
        for words in way.before {
            trial.succeeds(words);
        }
        trial.shared.calls.store(0, Ordering::SeqCst);
        trial
    }

    fn command(&self, words: &str) -> Command {
        let mut command = deployer(&self.folder, words);
        command
            .args(["--env", "staging", "--endpoint-url", &self.server.url()])
            .env("AWS_ACCESS_KEY_ID", "444455556666")
            .env("AWS_SECRET_ACCESS_KEY", "none")
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    /// Runs to the end.
    #[track_caller]
    fn succeeds(&self, words: &str) {
        let output = self.command(words).output().unwrap();
        assert!(
            output.status.success(),
            "{words}\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Runs until it is killed at a call from here on; whether it was, or had ended before.
    fn killed(&self, words: &str, call: usize, delay: Duration) -> bool {
        let mut aim = self.shared.aim.lock().unwrap();
        let mut child: Child = self
            .command(words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        *aim = Aim {
            process: Some(Pid::from_child(&child)),
            call: self.shared.calls.load(Ordering::SeqCst) + call,
            delay,
        };
        drop(aim);
        // Only now is its number given to another process: what is aimed at it can't meet that.
        let status = child.wait().unwrap();
        self.shared.aim.lock().unwrap().process = None;
        status.code().is_none()
    }

    /// What there is, as it is when a run begins that only reads.
    fn held(&self) -> Held {
        let output = self.command("status --assembly first").output().unwrap();
        assert!(output.status.code().is_some(), "{output:?}");
        self.shared.held.lock().unwrap().clone()
    }

    /// What resources outside of any stack were known by.
    fn retained(&self) -> BTreeMap<String, PhysicalId> {
        let held = self.held();
        self.shared.calls.store(0, Ordering::SeqCst);
        held.retained
    }
}

/// A way without any kill: how many calls it makes, and what is there afterwards.
struct Undisturbed {
    calls: usize,
    held: Held,
}

impl Undisturbed {
    fn of(way: &Way, folder: &Path) -> Self {
        let trial = Trial::new(way, folder);
        trial.succeeds(way.command);
        let calls = trial.shared.calls.load(Ordering::SeqCst);
        for words in way.after {
            trial.succeeds(words);
        }
        Self {
            calls,
            held: trial.held(),
        }
    }
}

/// Up to three kills of one way, and then the same command to its end. Gives the number of kills.
fn continued(way: &Way, folder: &Path, undisturbed: &Undisturbed, seed: u64) -> usize {
    let mut chance = Chance::new(seed);
    let trial = Trial::new(way, folder);
    let retained = trial.retained();
    let mut kills = String::new();
    for _ in 0..=chance.below(3) {
        let call = 1 + chance.below(undisturbed.calls);
        let delay = chance.within(DELAY) * u32::from(chance.permille(700));
        if !trial.killed(way.command, call, delay) {
            break;
        }
        let action = trial.shared.action.lock().unwrap();
        writeln!(kills, "killed {delay:?} after call {call}: {action}").unwrap();
    }
    let output = trial.command(way.command).output().unwrap();
    let place = format!(
        "{}, SEED={seed}\n{kills}{}{}",
        way.name,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{place}");
    for words in way.after {
        trial.succeeds(words);
    }
    let held = trial.held();
    assert_eq!(held.operations, undisturbed.held.operations, "{place}");
    assert_eq!(held.unexecuted, undisturbed.held.unexecuted, "{place}");
    assert!(
        held.resources.keys().eq(undisturbed.held.resources.keys()),
        "{place}\n{held:#?}"
    );
    // What was taken over is what was retained, not another of its kind.
    for (resource, id) in retained {
        if let Some(now) = held.resources.get(&resource) {
            assert_eq!(*now, id, "{resource}: {place}");
        }
    }
    kills.lines().count()
}

/// `LEMONADE_KILLS` says how many, `SEED` where to begin.
fn number(variable: &str) -> Option<usize> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

#[test]
fn the_same_command_continues_a_process_that_was_killed() {
    let folder = folder("kills");
    for (version, name) in [("1", "first"), ("2", "second")] {
        let assembly = small::assembly(Staging, &stacks(version));
        let written = assembly_folder::write(&folder, &[assembly], None).unwrap();
        fs::rename(&written[0], folder.join(name)).unwrap();
    }
    let undisturbed = WAYS.each_ref().map(|way| Undisturbed::of(way, &folder));
    let wanted = number("LEMONADE_KILLS").unwrap_or(KILLS);
    let first = number("SEED").unwrap_or_default();
    let next = AtomicUsize::new(first);
    let kills: [AtomicUsize; WAYS.len()] = Default::default();
    let made = || {
        kills
            .iter()
            .map(|of| of.load(Ordering::SeqCst))
            .sum::<usize>()
    };
    // Most of a trial is waiting.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while made() < wanted {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let way = seed % WAYS.len();
                    let killed = continued(&WAYS[way], &folder, &undisturbed[way], seed as u64);
                    kills[way].fetch_add(killed, Ordering::SeqCst);
                }
            });
        }
    });
    let each: Vec<String> = WAYS
        .iter()
        .zip(&kills)
        .map(|(way, kills)| format!("{} {}", kills.load(Ordering::SeqCst), way.name))
        .collect();
    println!(
        "seeds {first}..{}, kills: {}",
        next.load(Ordering::SeqCst),
        each.join(", ")
    );
    assert!(
        kills.iter().all(|of| of.load(Ordering::SeqCst) > 0),
        "{each:?}"
    );
}
