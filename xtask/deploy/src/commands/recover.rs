//! `recover`: brings stuck stacks to where they can be deployed.

use deploy_arguments::{Images, Recover};

use super::carry_out::Undertaking;
use crate::Error;
use crate::session::{Planner, Purpose, Session, Strictness, again};

pub(super) async fn run(arguments: &Recover) -> Result<u8, Error> {
    let session = Session::open(&arguments.target).await?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    // Whatever is stuck is brought back, whoever deploys it.
    request.by_a_person = true;
    request.recover = true;
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::Recover, strictness);
    Undertaking {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.pace.concurrency.get(),
        acknowledged: None,
        drift: None,
        again: again(arguments, &arguments.target),
    }
    .carry_out()
    .await
}
