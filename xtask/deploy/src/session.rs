//! The session of a verb: the assembly, its sources, the connection, and the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Clock;
use crate::execute::Options;
use crate::inspect::drift_role;
use crate::next_step::Situation;
use crate::observe::{Observed, observe_with};
use crate::plan::{Request, VERB};
use crate::report::{Line, Tone};
use crate::timestamp::Timestamp;
use cloudformation::CloudFormation as _;
use cloudformation::RateLimits;
use common::assembly::{Assembly, read};
use common::environment::{Environment, EnvironmentName};
use common::naming::Names;

use crate::Error;
use crate::backend::{Backend, Local};
use crate::command_line::CommandLine;
use crate::commands::arguments::{Images, Scope, Target};
use crate::handover::Handover;
use crate::preflight::{ExpectedTarget, Source, source};
use crate::release::rollback::IMAGE_PARAMETER;
use crate::remote_git::Remote;
use crate::terminal::{eprint_lines, stderr_warnings};

/// The folder of a release's assembly.
const ASSEMBLY: &str = "assembly";

/// An environment and the connection to it.
#[derive(Debug)]
pub(crate) struct Session<B> {
    pub(crate) assembly: Assembly,
    pub(crate) expected: ExpectedTarget,
    pub(crate) source: Source,
    /// The emulator's settings, where the backend is the emulator.
    pub(crate) local: Option<Local>,
    pub(crate) line: CommandLine,
    backend: B,
}

impl<B: Backend> Session<B> {
    /// Reads the assembly and connects. Nothing is called yet.
    pub(crate) async fn open(line: &CommandLine, target: &Target) -> Result<Self, Error> {
        Self::open_commit(line, target, None).await
    }

    /// The same for an older commit, unless an assembly is given.
    pub(crate) async fn open_commit(
        line: &CommandLine,
        target: &Target,
        revision: Option<&str>,
    ) -> Result<Self, Error> {
        let (assembly, source) = open_assembly(line, target, revision)?;
        let backend = B::connect(target, &assembly).await?;
        let local = backend.local().cloned();
        let mut expected = ExpectedTarget::of(&assembly);
        if local.is_some() {
            expected = expected.in_emulator();
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

    pub(crate) fn client(&self) -> &B::Client {
        self.backend.client()
    }

    /// The clients of the services other than CloudFormation; the emulator has none.
    pub(crate) fn services(&self) -> Option<B::Services> {
        self.backend.services()
    }

    /// The environment as its input files define it, which is more than an assembly holds.
    ///
    /// For verbs that call other services than CloudFormation, so the emulator is refused.
    pub(crate) fn environment(&self) -> Result<Environment, Error> {
        if self.local.is_some() {
            return Err(Error::OnlyCloudFormation);
        }
        self.environment_definition()
    }

    /// The same without the refusal, for verbs that call no other service.
    pub(crate) fn environment_definition(&self) -> Result<Environment, Error> {
        self.definition_of(self.assembly.environment)
    }

    /// Any environment as its input files define it.
    pub(crate) fn definition_of(&self, name: EnvironmentName) -> Result<Environment, Error> {
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

    /// The stacks of the environment as they are deployed; warnings go to standard error.
    pub(crate) async fn observe(&self) -> Result<Observed, Error> {
        let ExpectedTarget { region, prefix, .. } = &self.expected;
        observe_with(self.client(), region, prefix, stderr_warnings())
            .await
            .map_err(Error::Port)
    }

    fn inputs(&self) -> PathBuf {
        self.line.config().unwrap_or_else(|| PathBuf::from("."))
    }

    /// The planner's request for a scope and images.
    pub(crate) fn request(&self, scope: &Scope, images: &Images) -> Result<Request, Error> {
        let only: BTreeSet<String> = scope.only.iter().map(|name| self.full_name(name)).collect();
        let mut parameters: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for image in &images.images {
            let stack = match (&image.stack, scope.only.as_slice()) {
                (Some(stack), _) | (None, [stack]) => self.full_name(stack),
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

    /// The full name of a stack, given its short or full one.
    pub(crate) fn full_name(&self, name: &str) -> String {
        let prefix = &self.expected.prefix;
        if name.starts_with(prefix.as_str()) {
            name.to_owned()
        } else {
            format!("{prefix}{name}")
        }
    }

    /// The service role of CloudFormation, which `bootstrap-roles` creates.
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
    pub(crate) async fn drift_detection_backend(&self) -> Result<B, Error> {
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
                eprint_lines(&[
                    Line::new().and(Tone::Warn, "warning: ").plain(text),
                    Line::at(2).plain(format!("= help: {hint}")),
                ]);
                Ok(self.backend.clone())
            }
        }
    }

    pub(crate) fn options(&self, concurrency: Option<u16>, note: &str) -> Options {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        // Unique: no two runs share start time and process.
        let run = format!("deploy-{}-{}", now.as_secs(), std::process::id());
        let mut options = Options::new(run, note);
        // The emulator has its own clock.
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let clock = || Clock::starting_at(Timestamp::from_seconds(seconds));
        options.clock = self.local.is_none().then(clock);
        if let Some(concurrency) = concurrency {
            options.concurrency = concurrency.into();
        }
        options.rate_limits = match &self.local {
            Some(local) => scaled(options.rate_limits, local.speed),
            None => self.client().rate_limits(),
        };
        options
    }
}

/// The assembly and its sources: the given one, one that is synthesized for this run, or, without `cargo xtask`,
/// that of the release around this program.
fn open_assembly(
    line: &CommandLine,
    target: &Target,
    revision: Option<&str>,
) -> Result<(Assembly, Source), Error> {
    let handover = match &target.assembly {
        Some(_) => None,
        None => Handover::synthesize(line, target.environment, revision)?,
    };
    let folder = match (&target.assembly, &handover) {
        (Some(folder), _) => folder.as_path(),
        (None, Some(handover)) => handover.assembly(),
        (None, None) => Path::new(ASSEMBLY),
    };
    let assembly = read(folder)?;
    let source = source(&assembly, folder);
    if handover.is_none() && read(folder)? != assembly {
        // Another run replaced it meanwhile: the sources may be of either.
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

/// Rate limits in the emulator's time, as far as this machine keeps up.
fn scaled(limits: RateLimits, speed: u32) -> RateLimits {
    const MOST_CALLS: u32 = 12_000;
    const SHORTEST: Duration = Duration::from_millis(50);
    RateLimits {
        calls_per_minute: limits
            .calls_per_minute
            .saturating_mul(speed)
            .min(MOST_CALLS),
        looks_per_minute: limits
            .looks_per_minute
            .saturating_mul(speed)
            .min(MOST_CALLS),
        shortest: (limits.shortest / speed.max(1)).max(SHORTEST),
        longest: (limits.longest / speed.max(1)).max(SHORTEST),
        ..limits
    }
}
