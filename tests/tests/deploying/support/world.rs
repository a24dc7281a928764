//! The cloud, and who calls it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use emulator::api::{Action, Answer, ApiError, Caller, Time};
use emulator::port::Settings;
use emulator::{Cloud, Options};

/// A cloud.
pub(crate) struct World {
    pub(crate) cloud: Arc<Mutex<Cloud>>,
    pub(super) runs: u64,
    pub(super) past: bool,
    /// The stacks in the same account and region that are nobody's concern, by name.
    pub(super) others: BTreeSet<String>,
    /// Runs that could not clean up after themselves.
    pub(super) excused: BTreeSet<String>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(Cloud::new(options))),
            runs: 0,
            past: false,
            others: BTreeSet::new(),
            excused: BTreeSet::new(),
        }
    }

    /// From now on stale reads show what was, also to who asks for the first time.
    pub(crate) fn remember(&mut self) {
        self.past = true;
    }

    /// The same world, apart from this one.
    pub(crate) fn copy(&self) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(self.cloud().clone())),
            runs: self.runs,
            past: self.past,
            others: self.others.clone(),
            excused: self.excused.clone(),
        }
    }

    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap()
    }

    /// Lets everything happen that is going on.
    pub(crate) fn settle(&self) {
        self.cloud().settle();
    }

    /// A call of whoever deploys, outside of any run.
    pub(crate) fn call(&self, assembly: &Assembly, action: &Action) -> Answer {
        self.ask(assembly, action)
            .unwrap_or_else(|error| panic!("{action:?}: {error}"))
    }

    /// A call that may be refused.
    pub(crate) fn ask(&self, assembly: &Assembly, action: &Action) -> Result<Answer, ApiError> {
        let mut cloud = self.cloud();
        let now = cloud.now();
        cloud.call(now, &caller(assembly), action)
    }

    pub(crate) fn settings(&self, assembly: &Assembly) -> Settings {
        let begin = Settings::default().epoch;
        Settings {
            caller: caller(assembly),
            epoch: Time(begin.0.max(self.cloud().now().0)),
            ..Settings::default()
        }
    }

    /// Nobody can hold it against a run that it left something.
    pub(crate) fn excuse(&mut self, run: &str) {
        self.excused.insert(run.to_owned());
    }

    /// Whether a change set is of a run that had to take it back.
    pub(super) fn is_answerable(&self, change_set: &str) -> bool {
        let run = change_set.rsplit_once('-').map(|(run, _)| run);
        let of = |excused: &String| run.is_some_and(|run| run.starts_with(excused.as_str()));
        change_set.starts_with("run-") && !self.excused.iter().any(of)
    }

    /// What is there now is nobody's concern.
    pub(crate) fn leave_out_what_is_there(&mut self, assembly: &Assembly) {
        self.others = self.every_stack(assembly).into_keys().collect();
    }

    /// A stack that is nobody's concern.
    pub(crate) fn leave_out(&mut self, stack: &str) {
        self.others.insert(stack.to_owned());
    }
}

/// Whoever deploys an assembly.
pub(crate) fn caller(assembly: &Assembly) -> Caller {
    Caller {
        account: assembly.account.clone(),
        region: assembly.region.clone(),
    }
}

pub(crate) fn prefix(environment: EnvironmentName) -> String {
    format!("lemonade-{environment}-")
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}
