//! `promote`: moves an environment's branch to a commit that has completed in the other environment.
//!
//! The environment's pipelines follow its branch, so moving the branch is the decision; nothing is deployed from
//! here. The only call to AWS is for the history of one pipeline, in the other account.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use crate::inspect::services::{Execution, Services as _};
use crate::release::promotion::{CompletedRun, PromoteError, PromotionError, age, choose};
use crate::report::{Line, Tone, terminal};
use clap::Args;
use cli_conventions::exit_code;
use cloudformation::CloudFormation as _;
use common::application::ApplicationName;
use common::environment::{Environment, EnvironmentName};
use serde::Serialize;

use super::arguments::{self, Format, Target};
use super::doctor::now;
use super::output::{json, print};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::{Consent, ExpectedTarget, Refusal};
use crate::remote_git::{Commit, Remote};
use crate::session::Session;
use crate::terminal::{Answer, Interrupts, ask};

/// The pages of the pipeline's history that are read, of a hundred runs each.
const PAGES: usize = 10;

const LISTED: usize = 20;

/// Digits of a commit.
const SHORT: usize = 12;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonOutput<'a> {
    repository: &'a str,
    branch: &'a str,
    from: Option<&'a str>,
    commit: &'a str,
    execution: &'a str,
    commits: Vec<&'a str>,
    /// False if the branch was at the commit already.
    moved: bool,
}

/// The repository and pipeline to promote, and the two environments.
struct Promotion<'a> {
    repository: String,
    pipeline: String,
    source: &'a Environment,
    target: &'a Environment,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Shows which commit completed staging's pipeline, how long ago, and what it
brings to production; refuses what never completed there and what is not a step
forward. Asks for confirmation, and pushes: production's pipelines follow
the branch. Needs credentials of staging's account, and git's of the
repository.

Examples:
  cargo xtask promote --env production
  cargo xtask promote --env production --application web --checkout ../web
  cargo xtask promote --env production --commit 1a2b3c4 --confirm production")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,

    /// Promote this application's repository instead of the definition's
    #[arg(long, value_name = "NAME")]
    pub application: Option<ApplicationName>,

    /// The commit [default: the newest that completed]
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,

    /// A checkout of the repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub checkout: PathBuf,

    #[command(flatten)]
    pub consent: arguments::Consent,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    if session.local.is_some() {
        return Err(Error::OnlyCloudFormation);
    }
    if arguments.target.environment == EnvironmentName::Staging {
        return Err(PromoteError::NotFromHere.into());
    }
    let target = session.environment()?;
    let source = session.definition_of(EnvironmentName::Staging)?;
    let promotion = Promotion::new(arguments, &source, &target)?;
    let folder = &arguments.checkout;
    let remote = Remote::named(folder, &promotion.repository).await;
    let remote = remote.ok_or_else(|| PromoteError::OtherRepository {
        folder: folder.clone(),
        repository: promotion.repository.clone(),
    })?;
    let from = source.branch.as_str();
    let branch = target.branch.as_str();
    let git = PromoteError::Git;
    let head = remote.find_head(branch).await.map_err(git)?;
    let fetched: Vec<&str> = [Some(from), head.is_some().then_some(branch)]
        .into_iter()
        .flatten()
        .collect();
    remote.fetch(&fetched).await.map_err(git)?;
    let wanted = match &arguments.commit {
        Some(revision) => Some(remote.commit(revision).await.map_err(git)?),
        None => None,
    };
    let runs = promotion.runs::<B>(arguments).await?;
    let completed = choose(&promotion.pipeline, &runs, wanted.as_deref())?;
    let commits = promotion
        .check(&remote, head.as_deref(), &completed)
        .await?;
    let moved = head.as_deref() != Some(completed.commit.as_str());
    if arguments.target.format == Format::Text {
        print(
            &promotion
                .lines(&remote, head.as_deref(), &completed, &commits)
                .await?,
        )?;
    }
    if moved {
        confirm(&session.expected, line, arguments).await?;
        let pushed = remote.push(&completed.commit, branch).await;
        pushed.map_err(|why| PromoteError::Push {
            branch: branch.to_owned(),
            why,
        })?;
    }
    match arguments.target.format {
        Format::Json => json(&JsonOutput {
            repository: &promotion.repository,
            branch,
            from: head.as_deref(),
            commit: &completed.commit,
            execution: &completed.execution,
            commits: commits.iter().map(|commit| commit.id.as_str()).collect(),
            moved,
        })?,
        Format::Text if moved => print(&[Line::new()
            .and(
                Tone::Good,
                format!("{branch} is {}", short(&completed.commit)),
            )
            .plain(format!(
                "; the pipeline of {} takes it from here",
                target.name
            ))])?,
        Format::Text => {}
    }
    Ok(exit_code::SUCCESS)
}

impl<'a> Promotion<'a> {
    fn new(
        arguments: &Arguments,
        source: &'a Environment,
        target: &'a Environment,
    ) -> Result<Self, Error> {
        let names = source.names();
        let (repository, pipeline) = match &arguments.application {
            None => (
                target.pipeline.repository.to_string(),
                names.definition_pipeline(),
            ),
            Some(name) => {
                let mut applications = target.applications.iter();
                let application = applications.find(|one| one.name == *name);
                let application = application.ok_or_else(|| Error::NoApplication {
                    environment: target.name,
                    application: name.to_string(),
                })?;
                (application.repository.to_string(), names.pipeline(name))
            }
        };
        Ok(Self {
            repository,
            pipeline,
            source,
            target,
        })
    }

    /// The runs of the pipeline in the environment that commits come from, newest first.
    async fn runs<B: Backend>(&self, arguments: &Arguments) -> Result<Vec<Execution>, Error> {
        let there = B::connect_to(&arguments.target, self.source.region.as_str()).await?;
        let identity = there.client().identity().await.map_err(Error::Port)?;
        if identity.account != self.source.account.as_str() {
            return Err(Error::Refused(vec![Refusal::WrongAccount {
                environment: self.source.name,
                expected: self.source.account.to_string(),
                found: identity.account,
                arn: identity.arn,
            }]));
        }
        let services = there.services().ok_or(Error::OnlyCloudFormation)?;
        let mut runs = Vec::new();
        let mut next = None;
        for _ in 0..PAGES {
            let page = services.history(&self.pipeline, next).await;
            let page = page.map_err(|source| Error::Runs {
                pipeline: self.pipeline.clone(),
                source,
            })?;
            let page = page.ok_or_else(|| PromotionError::NoPipeline {
                pipeline: self.pipeline.clone(),
                environment: self.source.name.to_string(),
            })?;
            runs.extend(page.items);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(runs)
    }

    /// Checks that the branch may move to the commit; returns the commits that come with it.
    async fn check(
        &self,
        remote: &Remote,
        head: Option<&str>,
        completed: &CompletedRun,
    ) -> Result<Vec<Commit>, PromoteError> {
        let from = self.source.branch.as_str();
        let branch_head = remote.head(from).await.map_err(PromoteError::Git)?;
        if !remote.is_ancestor(&completed.commit, &branch_head).await {
            return Err(PromoteError::NotOnBranch {
                commit: completed.commit.clone(),
                branch: from.to_owned(),
                repository: self.repository.clone(),
            });
        }
        if let Some(head) = head
            && !remote.is_ancestor(head, &completed.commit).await
        {
            return Err(PromoteError::NotForward {
                commit: short(&completed.commit).to_owned(),
                head: short(head).to_owned(),
                branch: self.target.branch.to_string(),
                from: from.to_owned(),
            });
        }
        let commits = remote.commits(head, &completed.commit).await;
        commits.map_err(PromoteError::Git)
    }

    /// The commit, its run, and what it brings.
    async fn lines(
        &self,
        remote: &Remote,
        head: Option<&str>,
        completed: &CompletedRun,
        commits: &[Commit],
    ) -> Result<Vec<Line>, Error> {
        let commit = short(&completed.commit);
        let ended = completed.ended.map(|ended| age(ended, now()));
        let when = ended.map(|when| format!(" {when}")).unwrap_or_default();
        let mut lines = vec![
            Line::new()
                .and(Tone::Strong, commit)
                .plain(format!(" of {}", self.repository))
                .plain(format!(" completed in {}{when}", self.source.name)),
            Line::at(2).and(
                Tone::Dim,
                format!("run {} of {}", completed.execution, self.pipeline),
            ),
        ];
        let branch = &self.target.branch;
        let Some(head) = head else {
            let text = format!("{branch} does not exist yet");
            lines.push(Line::new().plain(text));
            return Ok(lines);
        };
        if commits.is_empty() {
            let text = format!("{branch} is there already; there is nothing to promote");
            lines.push(Line::new().plain(text));
            return Ok(lines);
        }
        let count = commits.len();
        let plural = if count == 1 { "" } else { "s" };
        lines.push(Line::new().plain(format!(
            "{branch} is {}, {count} commit{plural} behind:",
            short(head)
        )));
        lines.extend(commits.iter().take(LISTED).map(|commit| {
            Line::at(2)
                .and(Tone::Dim, short(&commit.id))
                .plain(format!(" {}", commit.subject))
                .hanging(SHORT + 3)
        }));
        if count > LISTED {
            lines.push(Line::at(2).plain(format!("and {} more", count - LISTED)));
        }
        let changes = remote.changes(head, &completed.commit).await;
        lines.push(Line::at(2).plain(changes.map_err(PromoteError::Git)?));
        Ok(lines)
    }
}

/// Asks as a deployment does. Without a terminal, `--confirm` needs `--commit`.
async fn confirm(
    expected: &ExpectedTarget,
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<(), Error> {
    let refused = |refusal| Error::Refused(vec![refusal]);
    let consent = Consent {
        yes: arguments.consent.yes,
        confirm: arguments.consent.confirm.clone(),
        saved_plan: arguments.commit.is_some(),
        requires_terminal: arguments.commit.is_none(),
        terminal: io::stdin().is_terminal()
            && terminal::stderr_size().is_some()
            && arguments.target.format == Format::Text,
        unattended: vec![format!(
            "{} --confirm {}",
            line.clone().resume().command,
            expected.environment
        )],
    };
    let question = consent.question(expected).map_err(refused)?;
    match ask(question, &mut Interrupts::listen()).await {
        Answer::Text(answer) => question.answer(&answer).map_err(refused),
        Answer::Interrupted => Err(refused(Refusal::NotConfirmed {
            environment: expected.environment,
        })),
    }
}

fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}
