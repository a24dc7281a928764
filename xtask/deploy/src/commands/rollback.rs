//! `rollback`: brings an environment back to the definition of an older commit.
//!
//! A deployment like any other, of an older assembly: the same guard, the same plan, the same
//! executor. What differs is that nothing is given up on the way.

use crate::plan::{Acknowledgement, LOSSES};
use deploy_arguments::{Images, Rollback};

use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::deployment::Deployment;
use crate::preflight::Source;
use crate::session::{Planner, Purpose, Session, Strictness, again};

pub(super) async fn run<B: Backend>(arguments: &Rollback) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    of_the_commit(&session, arguments)?;
    let given = &arguments.acknowledged;
    let acknowledged = Acknowledgements::gather(&given.words, given.file.as_deref())?;
    // No images: a service keeps the one that it has.
    let mut request = session.request(&arguments.scope, &Images::default())?;
    request.acknowledged = acknowledged.words();
    request.acknowledged.retain(|word| !is_of_a_loss(word));
    let strictness = Strictness::ToWrite {
        break_glass: arguments.consent.break_glass.clone(),
    };
    let planner = Planner::new(&session, request, Purpose::RollBack, strictness);
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

/// What was synthesized for this run must be of the commit: something else may have checked another one out
/// meanwhile.
fn of_the_commit<B: Backend>(session: &Session<B>, arguments: &Rollback) -> Result<(), Error> {
    let Source::Checkout(checkout) = &session.source else {
        return Ok(());
    };
    if !arguments.target.handed_over || checkout.commit == arguments.to {
        return Ok(());
    }
    Err(Error::OtherCommit {
        asked: arguments.to.clone(),
        found: checkout.commit.clone(),
    })
}

/// Whether the word acknowledges something that going back does not do.
fn is_of_a_loss(word: &Acknowledgement) -> bool {
    let code = word.0.split(':').next().unwrap_or_default();
    LOSSES.iter().any(|one| one.as_str() == code)
}
