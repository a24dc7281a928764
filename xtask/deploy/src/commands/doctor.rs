//! `doctor`: the problems of an environment, and the next steps.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::inspect::check_result::{CheckResult, CheckStatus, worst};
use crate::inspect::doctor::{BranchHead, DoctorContext, doctor};
use crate::inspect::{Inspection, inspect};
use crate::report::inspection::results as result_lines;
use crate::timestamp::Timestamp;
use clap::Args;
use cli_conventions::exit_code;
use common::environment::Environment;

use super::arguments::{Format, Target};
use super::output::{json, print, style};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::session::Session;

pub(super) struct EnvironmentInspection {
    environment: Environment,
    pub(super) found: Inspection,
    head: Result<String, String>,
}

impl EnvironmentInspection {
    pub(super) async fn of<B: Backend>(
        session: &Session<B>,
        environment: Environment,
    ) -> Result<Self, Error> {
        let services = session.services().ok_or(Error::OnlyCloudFormation)?;
        let (found, head) = tokio::join!(
            inspect(
                session.client(),
                &services,
                &environment,
                &session.assembly,
                now()
            ),
            session.head(&environment),
        );
        Ok(Self {
            environment,
            found,
            head,
        })
    }

    pub(super) fn context<'a, B: Backend>(&'a self, session: &'a Session<B>) -> DoctorContext<'a> {
        DoctorContext {
            environment: &self.environment,
            assembly: &session.assembly,
            head: match &self.head {
                Ok(commit) => BranchHead::Commit(commit),
                Err(why) => BranchHead::Unreadable(why),
            },
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Checks the account, its quotas and connections, the domain, the peering, alarm
subscriptions, the machine image, certificates, secrets and pipelines, and
changes nothing. Exits with 16 when something needs attention.

Examples:
  cargo xtask doctor --env staging
  cargo xtask doctor --env production --format json")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    let inspection = EnvironmentInspection::of(&session, session.environment()?).await?;
    let mut results = doctor(&inspection.context(&session), &inspection.found);
    line.complete(&mut results);
    match arguments.target.format {
        Format::Json => json(&results)?,
        Format::Text => {
            let title = format!("{}: what to do", session.assembly.environment);
            print(&result_lines(&title, &results, style()))?;
        }
    }
    Ok(code(&results))
}

pub(super) fn code(results: &[CheckResult]) -> u8 {
    match worst(results) {
        CheckStatus::Fine | CheckStatus::Note => exit_code::SUCCESS,
        CheckStatus::Attention | CheckStatus::Broken => exit_code::UNWELL,
    }
}

pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
