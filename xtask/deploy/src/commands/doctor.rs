//! `doctor`: what is wrong with an environment, and what to do next.

use std::time::{SystemTime, UNIX_EPOCH};

use deploy_arguments::{Doctor, Format, exit_code};
use operate::doctor::{Known, doctor};
use operate::finding::{State, worst};
use operate::inspect::inspect;
use operate::moment::Moment;
use operate::report;

use super::shown::{json, look, print};
use crate::Error;
use crate::services::AwsServices;
use crate::session::Session;

pub(super) async fn run(arguments: &Doctor) -> Result<u8, Error> {
    let session = Session::open(&arguments.target).await?;
    let environment = session.environment(&arguments.definition)?;
    let services = AwsServices::new(session.port.signed());
    let found = inspect(&session.port, &services, &environment, now()).await;
    let findings = doctor(
        &Known {
            environment: &environment,
            assembly: &session.assembly,
            head: None,
        },
        &found,
    );
    match arguments.target.format {
        Format::Json => json(&findings)?,
        Format::Text => {
            let title = format!("{}: what there is to do", environment.name);
            print(&report::findings(&title, &findings, look()))?;
        }
    }
    Ok(match worst(&findings) {
        State::Fine | State::Note => exit_code::SUCCESS,
        State::Attention | State::Broken => exit_code::UNWELL,
    })
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Moment::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
