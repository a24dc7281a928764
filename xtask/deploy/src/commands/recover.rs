//! `recover`: brings stuck stacks to where they can be deployed.

use deploy_arguments::{Images, Plan, Recover, Scope};

use crate::Error;
use crate::backend::Backend;
use crate::deployment::Deployment;
use crate::session::{Planner, Purpose, Session, Strictness, again, planning, reviewed};

pub(super) async fn run<B: Backend>(arguments: &Recover) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    // Whatever is stuck is brought back, whoever deploys it.
    request.by_a_person = true;
    request.recover = true;
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::Recover, strictness);
    // While something is stuck, a plan brings it back and does nothing else.
    let saving = Plan {
        scope: Scope {
            bootstrap: true,
            ..arguments.scope.clone()
        },
        ..planning(&arguments.target, &arguments.consent)
    };
    Deployment {
        session: &session,
        planner: &planner,
        target: &arguments.target,
        consent: &arguments.consent,
        concurrency: arguments.pace.concurrency.get(),
        acknowledged: None,
        drift: None,
        again: again(arguments, &arguments.target),
        unattended: reviewed(&saving).into(),
    }
    .run()
    .await
}
