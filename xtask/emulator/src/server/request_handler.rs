//! The handler of requests, without sockets: faults, credentials, the model, the journal.

use std::time::Duration;

use common::error_chain::error_chain;
use serde_json::{Value, json};

use super::clock::Clock;
use super::control::{Advance, ControlRequest};
use super::request_faults::RequestFault;
use super::sessions::Sessions;
use super::{
    AuthorizationRequest, Authorize, Options, OtherServiceRequest, RequestFaultError, RequestFaults,
};
use crate::Cloud;
use crate::api::{ApiError, Caller, Time};
use crate::journal::{Journal, JournalAction, JournalError};
use crate::model_request::ModelRequest;
use crate::random::Random;
use crate::text::timestamp;
use crate::wire::{self, Credential, Request, Service};

const XML: &str = "text/xml";
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/making-api-requests.html>
const JSON: &str = "application/x-amz-json-1.1";

pub(super) struct RequestHandler {
    cloud: Cloud,
    clock: Clock,
    journal: Option<Journal>,
    faults: RequestFaults,
    random: Random,
    arrived: u64,
    sessions: Sessions,
    account: String,
    authorize: Option<Box<dyn Authorize>>,
}

pub(super) struct ApiRequest<'a> {
    /// The header `Authorization`.
    pub(super) authorization: Option<&'a str>,
    /// The header `X-Amz-Security-Token`.
    pub(super) token: Option<&'a str>,
    /// The header `X-Amz-Target`, which requests to other services have.
    pub(super) target: Option<&'a str>,
    /// A form; for other services, JSON.
    pub(super) body: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) request_id: String,
    pub(super) body: String,
}

impl RequestHandler {
    /// Opens the state of the options. A new state begins at the time `today`.
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
            random: Random::new(cloud.options().seed).derive("wire"),
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

    pub(super) fn with(mut self, authorize: Box<dyn Authorize>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// Saves the state when the server stops.
    pub(super) fn close(&mut self) -> Result<(), JournalError> {
        let now = self.now();
        match &mut self.journal {
            Some(journal) => journal.save(now, &self.cloud),
            None => Ok(()),
        }
    }

    /// The random choices of the next request.
    pub(super) fn arrival(&mut self) -> Random {
        self.arrived += 1;
        self.random.nth(self.arrived)
    }

    /// The latency of its answer, in real time.
    pub(super) fn latency(&self, arrival: Random) -> Duration {
        Duration::from_millis(self.faults.latency(arrival))
    }

    /// Answers a request, or leaves it without an answer.
    pub(super) fn call(&mut self, arrival: Random, call: &ApiRequest<'_>) -> Option<Reply> {
        let fault = self.faults.draw(arrival);
        if fault == Some(RequestFault::Reset) {
            return None;
        }
        let request_id = arrival.derive("request").uuid();
        let credential = Credential::read(call.authorization);
        let service = credential
            .as_ref()
            .map_or(Service::CloudFormation, Credential::service);
        let answer = credential.and_then(|credential| {
            let caller = self.authenticate(&credential, call.token, fault)?;
            match self.other_service(&credential.key, &caller, call) {
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
        (fault != Some(RequestFault::Lost)).then_some(Reply {
            status,
            content_type,
            request_id,
            body,
        })
    }

    /// The answer of another service, if the request is for one that is simulated.
    fn other_service(
        &mut self,
        key: &str,
        caller: &Caller,
        call: &ApiRequest<'_>,
    ) -> Option<(u16, String)> {
        let target = call.target?;
        let now = self.now();
        self.cloud.advance(now);
        let request = OtherServiceRequest {
            key,
            caller,
            target,
            body: call.body,
        };
        let answer = self
            .authorize
            .as_mut()?
            .other_service(&request, &mut self.cloud)?;
        Some(match answer {
            Ok(body) => (200, body.to_string()),
            Err(error) => {
                let body = json!({ "__type": error.code, "message": error.message });
                (error.status, body.to_string())
            }
        })
    }

    /// The caller, unless the credentials have expired or a fault keeps the request from the model.
    fn authenticate(
        &mut self,
        credential: &Credential,
        token: Option<&str>,
        fault: Option<RequestFault>,
    ) -> Result<Caller, ApiError> {
        let session = (credential.key.clone(), token.map(str::to_owned));
        if self
            .sessions
            .record_call(session, self.faults.expire_after())
        {
            return Err(wire::expired_token());
        }
        match fault {
            Some(RequestFault::Throttle) => Err(wire::throttling()),
            Some(RequestFault::Failure) => Err(wire::internal_failure(
                "We encountered an internal error. Please try again.",
            )),
            Some(RequestFault::Unavailable) => Err(wire::service_unavailable()),
            None | Some(RequestFault::Reset | RequestFault::Lost) => {
                Ok(credential.caller(&self.account))
            }
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
                &AuthorizationRequest {
                    key,
                    caller,
                    action,
                },
                &mut self.cloud,
            )?;
        }
        let entry = (!operation.is_reading()).then(|| JournalAction::Call {
            caller: caller.clone(),
            action: action.clone(),
        });
        self.record(now, entry)
            .map_err(|error| wire::not_kept(error_chain(&error)))?;
        let answer = self.cloud.call(now, caller, &action)?;
        wire::write(operation, &answer, request_id)
    }

    pub(super) fn control_request(&mut self, method: &str, name: &str, body: &[u8]) -> Reply {
        let answer = ControlRequest::read(method, name, body)
            .map_err(|error| error.to_string())
            .and_then(|request| self.perform_control(request));
        let (status, body) = match answer {
            Ok(()) => (200, self.status()),
            Err(message) => (400, json!({ "error": message })),
        };
        Reply {
            status,
            content_type: "application/json",
            request_id: self.arrival().derive("request").uuid(),
            body: format!("{body}\n"),
        }
    }

    fn perform_control(&mut self, request: ControlRequest) -> Result<(), String> {
        match request {
            ControlRequest::Status => {}
            ControlRequest::Model(request) => self.change_model(&request)?,
            ControlRequest::Reset => {
                self.cloud = Cloud::new(self.cloud.options().clone());
                self.sessions = Sessions::default();
                self.close().map_err(|error| error.to_string())?;
            }
            ControlRequest::Advance(advance) => self.advance(advance)?,
            ControlRequest::Expire => self.sessions.expire(),
            ControlRequest::Faults(text) => {
                self.faults = text
                    .parse()
                    .map_err(|error: RequestFaultError| error.to_string())?;
            }
        }
        Ok(())
    }

    fn change_model(&mut self, request: &ModelRequest) -> Result<(), String> {
        let now = self.now();
        self.record(now, Some(JournalAction::Control(request.clone())))
            .map_err(|error| error_chain(&error))?;
        self.cloud.advance(now);
        request.perform(&mut self.cloud)
    }

    fn advance(&mut self, advance: Advance) -> Result<(), String> {
        match advance {
            Advance::Seconds(seconds) => self.clock.skip(Duration::from_secs(seconds)),
            Advance::Events(events) => {
                for _ in 0..events {
                    if !self.skip_to_next() {
                        break;
                    }
                }
            }
            Advance::UntilIdle(_) => while self.skip_to_next() {},
        }
        let now = self.now();
        self.cloud.advance(now);
        self.record(now, None).map_err(|error| error.to_string())
    }

    /// Skips to the next event. Returns whether there was one.
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

    fn record(&mut self, now: Time, action: Option<JournalAction>) -> Result<(), JournalError> {
        match &mut self.journal {
            Some(journal) => journal.record(&self.cloud, now, action),
            None => Ok(()),
        }
    }

    fn now(&self) -> Time {
        self.clock.now()
    }
}
