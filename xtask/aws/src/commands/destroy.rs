//! `destroy`: deletes an environment, but what it retains.

use deploy_arguments::{Destroy, Images};

use super::carry_out::Undertaking;
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::session::{Planner, Purpose, Session, Strictness, again};

pub(super) async fn run(arguments: &Destroy) -> Result<u8, Error> {
    let session = Session::open(&arguments.target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::Destroy, strictness);
    Undertaking {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.pace.concurrency.get(),
        acknowledged: Some(&acknowledged),
        drift: None,
        again: again(arguments, &arguments.target),
        unattended: Vec::new(),
    }
    .carry_out()
    .await
}
