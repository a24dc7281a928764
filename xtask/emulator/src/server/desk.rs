//! Takes requests and gives answers, without sockets: faults, signatures, the model, the journal.

use std::time::Duration;

use serde_json::{Value, json};

use super::clock::Clock;
use super::control::{Advance, Order};
use super::faults::Fault;
use super::sessions::Sessions;
use super::{Asked, Authorize, Beside, FaultError, Faults, Options};
use crate::Cloud;
use crate::api::{ApiError, Caller, Time};
use crate::journal::{Journal, JournalError, What};
use crate::random::Random;
use crate::text::timestamp;
use crate::wire::{self, Credential, Request, Service};
use crate::world_order::WorldOrder;

const XML: &str = "text/xml";
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/making-api-requests.html>
const JSON: &str = "application/x-amz-json-1.1";

/// Everything between the sockets and the model.
pub(super) struct Desk {
    cloud: Cloud,
    clock: Clock,
    journal: Option<Journal>,
    faults: Faults,
    random: Random,
    arrived: u64,
    sessions: Sessions,
    account: String,
    authorize: Option<Box<dyn Authorize>>,
}

/// A call of AWS's API.
pub(super) struct Call<'a> {
    /// The header `Authorization`.
    pub(super) authorization: Option<&'a str>,
    /// The header `X-Amz-Security-Token`.
    pub(super) token: Option<&'a str>,
    /// The header `X-Amz-Target`, which calls of other services have.
    pub(super) target: Option<&'a str>,
    /// The form; of another service, JSON.
    pub(super) body: &'a [u8],
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) request_id: String,
    pub(super) body: String,
}

impl Desk {
    /// Opens, with what the options say was kept. `today` is what time it is where nothing was.
    pub(super) fn open(options: &Options, today: Time) -> Result<Self, JournalError> {
        let fresh = || (Cloud::new(options.cloud.clone()), today);
        let (journal, cloud, now) = match &options.state {
            None => {
                let (cloud, now) = fresh();
                (None, cloud, now)
            }
            Some(folder) => {
                let (journal, cloud, now) = Journal::open(folder, fresh)?;
                (Some(journal), cloud, now)
            }
        };
        Ok(Self {
            random: Random::new(cloud.options().seed).of("wire"),
            arrived: 0,
            cloud,
            clock: Clock::new(now, options.speed),
            journal,
            faults: options.faults.clone(),
            sessions: Sessions::default(),
            account: options.account.clone(),
            authorize: None,
        })
    }

    /// With somebody who decides about calls.
    pub(super) fn with(mut self, authorize: Box<dyn Authorize>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// Keeps what there is, when the server ends.
    pub(super) fn close(&mut self) -> Result<(), JournalError> {
        let now = self.now();
        match &mut self.journal {
            Some(journal) => journal.save(now, &self.cloud),
            None => Ok(()),
        }
    }

    /// A request arrives: everything random about it follows from this.
    pub(super) fn arrival(&mut self) -> Random {
        self.arrived += 1;
        self.random.number(self.arrived)
    }

    /// How long its answer takes, in real time.
    pub(super) fn latency(&self, arrival: Random) -> Duration {
        Duration::from_millis(self.faults.latency(arrival))
    }

    /// Answers a call, or leaves it without an answer.
    pub(super) fn call(&mut self, arrival: Random, call: &Call<'_>) -> Option<Reply> {
        let fault = self.faults.draw(arrival);
        if fault == Some(Fault::Reset) {
            return None;
        }
        let request_id = arrival.of("request").uuid();
        let credential = Credential::read(call.authorization);
        let service = credential
            .as_ref()
            .map_or(Service::CloudFormation, Credential::service);
        let answer = credential.and_then(|credential| {
            let caller = self.admit(&credential, call.token, fault)?;
            match self.beside(&credential.key, &caller, call) {
                Some((status, body)) => Ok((status, JSON, body)),
                None => self
                    .perform(&credential.key, &caller, call.body, &request_id)
                    .map(|body| (200, XML, body)),
            }
        });
        let (status, content_type, body) = answer.unwrap_or_else(|error| {
            let body = wire::write_error(service, &error, &request_id);
            (error.status, XML, body)
        });
        (fault != Some(Fault::Lost)).then_some(Reply {
            status,
            content_type,
            request_id,
            body,
        })
    }

    /// The answer of a service beside this one, if the call is for another that somebody plays.
    fn beside(&mut self, key: &str, caller: &Caller, call: &Call<'_>) -> Option<(u16, String)> {
        let target = call.target?;
        let now = self.now();
        self.cloud.advance(now);
        let beside = Beside {
            key,
            caller,
            target,
            body: call.body,
        };
        let answer = self.authorize.as_mut()?.beside(&beside, &mut self.cloud)?;
        Some(match answer {
            Ok(body) => (200, body.to_string()),
            Err(error) => {
                let body = json!({ "__type": error.code, "message": error.message });
                (error.status, body.to_string())
            }
        })
    }

    /// Who calls, if the call gets through to the model.
    fn admit(
        &mut self,
        credential: &Credential,
        token: Option<&str>,
        fault: Option<Fault>,
    ) -> Result<Caller, ApiError> {
        let session = (credential.key.clone(), token.map(str::to_owned));
        if self.sessions.call(session, self.faults.expire_after()) {
            return Err(wire::expired_token());
        }
        match fault {
            Some(Fault::Throttle) => Err(wire::throttling()),
            Some(Fault::Failure) => Err(wire::internal_failure(
                "We encountered an internal error. Please try again.",
            )),
            Some(Fault::Unavailable) => Err(wire::service_unavailable()),
            None | Some(Fault::Reset | Fault::Lost) => Ok(credential.caller(&self.account)),
        }
    }

    fn perform(
        &mut self,
        key: &str,
        caller: &Caller,
        form: &[u8],
        request_id: &str,
    ) -> Result<String, ApiError> {
        let Request { operation, action } = wire::read(form)?;
        let now = self.now();
        if let Some(authorize) = &mut self.authorize {
            self.cloud.advance(now);
            let action = &action;
            authorize.authorize(
                &Asked {
                    key,
                    caller,
                    action,
                },
                &mut self.cloud,
            )?;
        }
        let what = (!operation.is_reading()).then(|| What::Call {
            caller: caller.clone(),
            action: action.clone(),
        });
        self.record(now, what)
            .map_err(|error| wire::not_kept(chain(&error)))?;
        let answer = self.cloud.call(now, caller, &action)?;
        wire::write(operation, &answer, request_id)
    }

    /// Performs an order to the server itself.
    pub(super) fn order(&mut self, method: &str, name: &str, body: &[u8]) -> Reply {
        let answer = Order::read(method, name, body)
            .map_err(|error| error.to_string())
            .and_then(|order| self.perform_order(order));
        let (status, body) = match answer {
            Ok(()) => (200, self.status()),
            Err(message) => (400, json!({ "error": message })),
        };
        Reply {
            status,
            content_type: "application/json",
            request_id: self.arrival().of("request").uuid(),
            body: format!("{body}\n"),
        }
    }

    fn perform_order(&mut self, order: Order) -> Result<(), String> {
        match order {
            Order::Status => {}
            Order::World(order) => self.world(order)?,
            Order::Reset => {
                self.cloud = Cloud::new(self.cloud.options().clone());
                self.sessions = Sessions::default();
                self.close().map_err(|error| error.to_string())?;
            }
            Order::Advance(advance) => self.advance(advance)?,
            Order::Expire => self.sessions.expire(),
            Order::Faults(text) => {
                self.faults = text
                    .parse()
                    .map_err(|error: FaultError| error.to_string())?;
            }
        }
        Ok(())
    }

    fn world(&mut self, order: WorldOrder) -> Result<(), String> {
        let now = self.now();
        self.record(now, Some(What::Order(order.clone())))
            .map_err(|error| chain(&error))?;
        self.cloud.advance(now);
        order.perform(&mut self.cloud)
    }

    fn advance(&mut self, advance: Advance) -> Result<(), String> {
        match advance {
            Advance::Seconds(seconds) => self.clock.skip(Duration::from_secs(seconds)),
            Advance::Events(events) => {
                for _ in 0..events {
                    self.skip_to_next();
                }
            }
            Advance::UntilIdle(_) => while self.skip_to_next() {},
        }
        let now = self.now();
        self.cloud.advance(now);
        self.record(now, None).map_err(|error| error.to_string())
    }

    /// Whether something was still to happen.
    fn skip_to_next(&mut self) -> bool {
        let Some(next) = self.cloud.next_event() else {
            return false;
        };
        self.clock.skip_to(next);
        let now = self.now();
        self.cloud.advance(now);
        true
    }

    fn status(&self) -> Value {
        json!({
            "now": timestamp(self.now()),
            "next": self.cloud.next_event().map(timestamp),
            "speed": self.clock.speed().0,
            "seed": self.cloud.options().seed,
        })
    }

    fn record(&mut self, now: Time, what: Option<What>) -> Result<(), JournalError> {
        match &mut self.journal {
            Some(journal) => journal.record(&self.cloud, now, what),
            None => Ok(()),
        }
    }

    fn now(&self) -> Time {
        self.clock.now()
    }
}

/// An error with what is behind it.
fn chain(error: &JournalError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text += &format!(": {source}");
        cause = source.source();
    }
    text
}
