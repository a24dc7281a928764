//! Accepts, and waits until the connection is active.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::check::{Difference, Expected, Unchecked, check};
use crate::services::{Peering, PeeringStatus, ServiceError, Services};

/// For how long, and how often, is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The longest time between two looks; the first ones follow each other sooner.
    pub interval: Duration,
    /// The time in which the connection has to become active. It takes seconds, as a rule.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(4),
            longest: Duration::from_secs(5 * 60),
        }
    }
}

/// What happens on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The connection is the one in the environment's file, as far as that tells.
    Checked(Vec<Unchecked>),
    /// It was accepted.
    Accepting,
    /// It is not active yet.
    Waiting(PeeringStatus),
    /// A look failed, and is repeated.
    Trouble(String),
}

/// How it ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was accepted now, and is active.
    Now,
    /// It was active before.
    Before,
}

/// Why it did not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// There is no such connection.
    #[error("there is no peering connection {peering} in {region}")]
    Missing {
        /// Its id.
        peering: String,
        /// The region that was looked at.
        region: String,
    },
    /// It is not the connection that the environment expects.
    #[error("{peering} is not the peering of this environment: {}", listed(.differences))]
    Differs {
        /// Its id.
        peering: String,
        /// What differs.
        differences: Vec<Difference>,
    },
    /// It can't be accepted any more.
    #[error("{peering} is {status}{}", said(.message.as_deref()))]
    Over {
        /// Its id.
        peering: String,
        /// Its status.
        status: PeeringStatus,
        /// What EC2 says of that.
        message: Option<String>,
    },
    /// A person did not agree.
    #[error("{peering} was not accepted: not agreed to")]
    Declined {
        /// Its id.
        peering: String,
    },
    /// It takes too long.
    #[error("{peering} is still {status} after {} seconds", .waited.as_secs())]
    TooLong {
        /// Its id.
        peering: String,
        /// Its status.
        status: PeeringStatus,
        /// How long was waited.
        waited: Duration,
    },
    /// EC2 could not be asked.
    #[error("{action} failed")]
    Service {
        /// What was asked.
        action: &'static str,
        /// Why.
        #[source]
        source: ServiceError,
    },
}

impl AcceptError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } => Some(
                "compare `peering` in the environment's file with Network Access, Peering, in Atlas",
            ),
            Self::Differs { .. } => Some(
                "correct the environment's file, or let Atlas ask again with the right values; a \
                 request of somebody else is rejected, not accepted",
            ),
            Self::Over { .. } => {
                Some("let Atlas ask again, and enter the new id in the environment's file")
            }
            Self::TooLong { .. } => Some("run the same command again: it goes on from here"),
            Self::Declined { .. } => {
                Some("compare what is said above with Atlas, and say --yes if it is right")
            }
            Self::Service { .. } => None,
        }
    }
}

fn listed(differences: &[Difference]) -> String {
    let each: Vec<String> = differences.iter().map(ToString::to_string).collect();
    each.join("; ")
}

fn said(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| format!(": {message}"))
}

/// Accepts the peering connection of an environment, and waits until it is active.
///
/// Does nothing where it is active already. `report` is told what happens; `agree` is asked once,
/// after the connection was compared and before it is accepted, with what could not be compared.
///
/// # Errors
/// When the connection is missing, over, or not the one that is expected; when it is not agreed to;
/// when it does not become active in time; when EC2 can't be asked.
pub async fn accept<S: Services>(
    services: &S,
    expected: &Expected,
    patience: Patience,
    mut report: impl FnMut(Progress),
    agree: impl FnOnce(&[Unchecked]) -> bool,
) -> Result<Accepted, AcceptError> {
    let deadline = Instant::now() + patience.longest;
    let mut pause = patience.interval / 16;
    let mut agree = Some(agree);
    let mut accepted = Accepted::Before;
    let mut was_taken = false;
    loop {
        let (peering, unchecked) =
            look(services, expected, patience, deadline, &mut report).await?;
        match &peering.status {
            PeeringStatus::Active => return Ok(accepted),
            // Accepted, and what EC2 shows is a little old: accepting again would be refused.
            PeeringStatus::PendingAcceptance if !was_taken => {
                if let Some(agree) = agree.take() {
                    report(Progress::Checked(unchecked.clone()));
                    if !agree(&unchecked) {
                        return Err(AcceptError::Declined {
                            peering: peering.id,
                        });
                    }
                }
                report(Progress::Accepting);
                accepted = Accepted::Now;
                match services.accept_peering(&peering.id).await {
                    Ok(()) => was_taken = true,
                    // Whether it took effect shows when it is looked at again.
                    Err(error) if error.is_transient() => {
                        report(Progress::Trouble(error.to_string()));
                    }
                    Err(source) => {
                        return Err(AcceptError::Service {
                            action: "ec2:AcceptVpcPeeringConnection",
                            source,
                        });
                    }
                }
            }
            status => report(Progress::Waiting(status.clone())),
        }
        if Instant::now() >= deadline {
            return Err(AcceptError::TooLong {
                peering: peering.id,
                status: peering.status,
                waited: patience.longest,
            });
        }
        sleep(pause).await;
        pause = (pause * 2).min(patience.interval);
    }
}

/// The connection, compared with what is expected. A look that fails for the moment is repeated
/// while there is time.
async fn look<S: Services>(
    services: &S,
    expected: &Expected,
    patience: Patience,
    deadline: Instant,
    report: &mut impl FnMut(Progress),
) -> Result<(Peering, Vec<Unchecked>), AcceptError> {
    let answer = loop {
        match services.peering(&expected.peering).await {
            Err(error) if error.is_transient() && Instant::now() < deadline => {
                report(Progress::Trouble(error.to_string()));
                sleep(patience.interval).await;
            }
            answer => break answer,
        }
    };
    let peering = answer
        .map_err(|source| AcceptError::Service {
            action: "ec2:DescribeVpcPeeringConnections",
            source,
        })?
        .ok_or_else(|| AcceptError::Missing {
            peering: expected.peering.clone(),
            region: expected.region.clone(),
        })?;
    // One that is over shows nothing that could be compared.
    if peering.status.is_over() {
        return Err(AcceptError::Over {
            peering: peering.id,
            status: peering.status,
            message: peering.message,
        });
    }
    match check(expected, &peering) {
        Ok(unchecked) => Ok((peering, unchecked)),
        Err(differences) => Err(AcceptError::Differs {
            peering: peering.id,
            differences,
        }),
    }
}
