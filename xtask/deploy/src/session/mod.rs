//! What every verb works with: the assembly, the place, and how both were asked for.

mod ask;
mod planner;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Clock;
use crate::execute::Options;
use crate::inspect::drift_role;
use crate::next_step::Situation;
use crate::plan::{Request, VERB};
use crate::report::{Line, Tone};
use crate::timestamp::Timestamp;
use cloudformation::CloudFormation as _;
use cloudformation::RateLimits;
use common::assembly::{Assembly, read};
use common::environment::{Environment, EnvironmentName};
use common::naming::Names;

pub(crate) use ask::{Answer, Interrupts, ask};
pub(crate) use planner::{Planner, Purpose, Strictness};

use crate::Error;
use crate::backend::{Backend, Local};
use crate::command_line::CommandLine;
use crate::commands::arguments::{Images, Scope, Target};
use crate::handover::Handover;
use crate::preflight::{Expected, Source, source};
use crate::remote_git::Remote;
use crate::terminal::complain;

/// The folder of a release's assembly.
const ASSEMBLY: &str = "assembly";

/// The parameter of a stack that runs an image: `ecs_stack::service`'s.
pub(crate) use crate::release::rollback::IMAGE_PARAMETER;

/// An environment, and the way to it.
#[derive(Debug)]
pub(crate) struct Session<B> {
    /// What is defined.
    pub(crate) assembly: Assembly,
    /// What is held against it.
    pub(crate) expected: Expected,
    /// What the assembly was made from.
    pub(crate) source: Source,
    /// The emulator's settings, where this goes to the emulator.
    pub(crate) local: Option<Local>,
    /// What was typed.
    pub(crate) line: CommandLine,
    backend: B,
}

impl<B: Backend> Session<B> {
    /// Reads the assembly and connects. Nothing is called yet.
    pub(crate) async fn open(line: &CommandLine, target: &Target) -> Result<Self, Error> {
        Self::open_commit(line, target, None).await
    }

    /// The same, of an older commit where no assembly is given.
    pub(crate) async fn open_commit(
        line: &CommandLine,
        target: &Target,
        revision: Option<&str>,
    ) -> Result<Self, Error> {
        let (assembly, source) = assembly(line, target, revision)?;
        let backend = B::connect(target, &assembly).await?;
        let local = backend.local().cloned();
        let mut expected = Expected::of(&assembly);
        if local.is_some() {
            expected = expected.locally();
        }
        Ok(Self {
            assembly,
            expected,
            source,
            local,
            line: line.clone(),
            backend,
        })
    }

    /// CloudFormation.
    pub(crate) fn client(&self) -> &B::Client {
        self.backend.client()
    }

    /// The services beside CloudFormation; the emulator has none.
    pub(crate) fn services(&self) -> Option<B::Services> {
        self.backend.services()
    }

    /// The environment as its files describe it, with what an assembly does not say.
    ///
    /// For verbs that ask other services than CloudFormation, so it is refused on this machine.
    pub(crate) fn environment(&self) -> Result<Environment, Error> {
        if self.local.is_some() {
            return Err(Error::OnlyCloudFormation);
        }
        self.defined()
    }

    /// The same, for what asks nobody.
    pub(crate) fn defined(&self) -> Result<Environment, Error> {
        self.defined_as(self.assembly.environment)
    }

    /// Any environment as its files describe it.
    pub(crate) fn defined_as(&self, name: EnvironmentName) -> Result<Environment, Error> {
        let read = common::Definition::load(&self.inputs()).map_err(Error::Definition)?;
        let environment = read.environment(name).cloned();
        environment.ok_or(Error::NotDefined { environment: name })
    }

    /// The head of the environment's branch, or why it can't be read.
    pub(crate) async fn head(&self, environment: &Environment) -> Result<String, String> {
        let folder = self.inputs();
        let repository = environment.pipeline.repository.as_str();
        let remote = Remote::of(&folder, repository).await;
        remote.head(environment.branch.as_str()).await
    }

    /// The folder of the input files.
    fn inputs(&self) -> PathBuf {
        self.line.config().unwrap_or_else(|| PathBuf::from("."))
    }

    /// What is asked for, in the planner's words.
    pub(crate) fn request(&self, scope: &Scope, images: &Images) -> Result<Request, Error> {
        let only: BTreeSet<String> = scope.only.iter().map(|name| self.full(name)).collect();
        let mut parameters: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for image in &images.images {
            let stack = match (&image.stack, scope.only.as_slice()) {
                (Some(stack), _) | (None, [stack]) => self.full(stack),
                (None, _) => {
                    return Err(Error::ImageOfWhich {
                        digest: image.digest.clone(),
                    });
                }
            };
            if !only.is_empty() && !only.contains(&stack) {
                return Err(Error::ImageNotAskedFor { stack });
            }
            let values = parameters.entry(stack.clone()).or_default();
            let before = values.insert(IMAGE_PARAMETER.to_owned(), image.digest.clone());
            if before.is_some_and(|before| before != image.digest) {
                return Err(Error::ImageTwice { stack });
            }
        }
        Ok(Request {
            commit: self.source.version(),
            only: (!only.is_empty()).then_some(only),
            parameters,
            previous_template: images.use_previous_template,
            manual_stacks: scope.bootstrap || self.local.is_some(),
            role: Some(self.execution_role()),
            command: Some(self.line.other_verb(VERB).to_string()),
            ..Request::default()
        })
    }

    /// A stack's full name, of its short or full one.
    pub(crate) fn full(&self, name: &str) -> String {
        let prefix = &self.expected.prefix;
        if name.starts_with(prefix.as_str()) {
            name.to_owned()
        } else {
            format!("{prefix}{name}")
        }
    }

    /// The role that CloudFormation acts as, known by its name: `bootstrap-roles` makes it.
    pub(crate) fn execution_role(&self) -> String {
        let names = Names::new(self.assembly.environment);
        format!(
            "arn:aws:iam::{}:role{}{}",
            self.assembly.account,
            names.bootstrap_path(),
            names.role("execution")
        )
    }

    /// The backend that detects drift: with the drift role's credentials, since CloudFormation reads resources
    /// with the credentials of its caller. Where the role can't be assumed, the caller's own are used, after a
    /// warning.
    pub(crate) async fn detecting(&self) -> Result<B, Error> {
        if self.local.is_some() {
            return Ok(self.backend.clone());
        }
        let role = drift_role(self.assembly.environment, &self.assembly.account);
        match self.backend.assume_role(&role, "lemonade-drift").await {
            Ok(assumed) => Ok(assumed),
            Err(error) if error.is_about_credentials() || error.is_transient() => {
                Err(Error::Port(error))
            }
            Err(error) => {
                let text = format!("{role} can't be assumed: {error}");
                let hint = Situation::DriftRoleUnusable;
                complain(&[
                    Line::new().and(Tone::Warn, "warning: ").plain(text),
                    Line::at(2).plain(format!("= help: {hint}")),
                ]);
                Ok(self.backend.clone())
            }
        }
    }

    /// How to execute.
    pub(crate) fn options(&self, concurrency: Option<u16>, note: &str) -> Options {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        // When, and which process: no two runs have both.
        let run = format!("deploy-{}-{}", now.as_secs(), std::process::id());
        let mut options = Options::new(run, note);
        // On this machine time is another.
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let clock = || Clock::starting_at(Timestamp::from_seconds(seconds));
        options.clock = self.local.is_none().then(clock);
        if let Some(concurrency) = concurrency {
            options.concurrency = concurrency.into();
        }
        options.rate_limits = match &self.local {
            Some(local) => hurried(options.rate_limits, local.speed),
            None => self.client().rate_limits(),
        };
        options
    }
}

/// The assembly with what it was made from: the given one, the one that is synthesized for this run, or, where
/// nothing can be synthesized, that of the release around this program.
fn assembly(
    line: &CommandLine,
    target: &Target,
    revision: Option<&str>,
) -> Result<(Assembly, Source), Error> {
    let handover = match &target.assembly {
        Some(_) => None,
        None => Handover::synthesize(line, target, revision)?,
    };
    let folder = match (&target.assembly, &handover) {
        (Some(folder), _) => folder.as_path(),
        (None, Some(handover)) => handover.assembly(),
        (None, None) => Path::new(ASSEMBLY),
    };
    let assembly = read(folder)?;
    let source = source(&assembly, folder);
    if handover.is_none() && read(folder)? != assembly {
        // Another run has written there meanwhile, and what was found out may be of either.
        return Err(Error::Exchanged {
            folder: folder.to_owned(),
        });
    }
    if assembly.environment != target.environment {
        return Err(Error::OtherEnvironment {
            folder: folder.to_owned(),
            asked: target.environment,
            found: assembly.environment,
        });
    }
    if let (Some(commit), Source::Checkout(checkout)) =
        (handover.as_ref().and_then(Handover::commit), &source)
        && checkout.commit != commit
    {
        return Err(Error::OtherCommit {
            asked: commit.to_owned(),
            found: checkout.commit.clone(),
        });
    }
    Ok((assembly, source))
}

/// The pace where time goes faster: as many calls for as much of what happens, as far as a machine
/// keeps up.
fn hurried(pace: RateLimits, speed: u32) -> RateLimits {
    const MOST_CALLS: u32 = 12_000;
    const SHORTEST: Duration = Duration::from_millis(50);
    RateLimits {
        calls_per_minute: pace.calls_per_minute.saturating_mul(speed).min(MOST_CALLS),
        looks_per_minute: pace.looks_per_minute.saturating_mul(speed).min(MOST_CALLS),
        shortest: (pace.shortest / speed.max(1)).max(SHORTEST),
        longest: (pace.longest / speed.max(1)).max(SHORTEST),
        ..pace
    }
}
