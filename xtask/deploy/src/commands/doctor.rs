//! `doctor`: what is wrong with an environment, and what to do next.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::doctor::{Head, Known, doctor};
use crate::finding::{Finding, State, worst};
use crate::inspect::{Found, inspect};
use crate::moment::Moment;
use crate::report::inspection;
use common::environment::Environment;
use deploy_arguments::{Definition, Doctor, Format, exit_code};

use super::output::{json, look, print};
use crate::Error;
use crate::backend::Backend;
use crate::session::{Session, complete};

/// What is known of an environment, and what was found.
pub(super) struct Examined {
    pub(super) environment: Environment,
    pub(super) found: Found,
    head: Result<String, String>,
}

impl Examined {
    pub(super) async fn of<B: Backend>(
        session: &Session<B>,
        definition: &Definition,
    ) -> Result<Self, Error> {
        let environment = session.environment(definition)?;
        Self::of_environment(session, environment, definition).await
    }

    pub(super) async fn of_environment<B: Backend>(
        session: &Session<B>,
        environment: Environment,
        definition: &Definition,
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
            session.head(&environment, definition),
        );
        Ok(Self {
            environment,
            found,
            head,
        })
    }

    pub(super) fn known<'a, B: Backend>(&'a self, session: &'a Session<B>) -> Known<'a> {
        Known {
            environment: &self.environment,
            assembly: &session.assembly,
            head: match &self.head {
                Ok(commit) => Head::At(commit),
                Err(why) => Head::Unknown(why),
            },
        }
    }
}

pub(super) async fn run<B: Backend>(arguments: &Doctor) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    let examined = Examined::of(&session, &arguments.definition).await?;
    let mut findings = doctor(&examined.known(&session), &examined.found);
    complete(&mut findings, &arguments.target);
    match arguments.target.format {
        Format::Json => json(&findings)?,
        Format::Text => {
            let title = format!("{}: what there is to do", session.assembly.environment);
            print(&inspection::findings(&title, &findings, look()))?;
        }
    }
    Ok(code(&findings))
}

/// The exit code that findings give.
pub(super) fn code(findings: &[Finding]) -> u8 {
    match worst(findings) {
        State::Fine | State::Note => exit_code::SUCCESS,
        State::Attention | State::Broken => exit_code::UNWELL,
    }
}

pub(super) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Moment::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
