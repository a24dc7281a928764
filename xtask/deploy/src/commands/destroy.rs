//! `destroy`: deletes an environment, but what it retains.

use deploy_arguments::{Destroy, Images};

use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::deployment::Deployment;
use crate::session::{Planner, Purpose, Session, Strictness, again};

pub(super) async fn run<B: Backend>(arguments: &Destroy) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::Destroy, strictness);
    Deployment {
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
    .run()
    .await
}
