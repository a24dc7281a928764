//! The local CloudFormation as the backend of a rehearsal.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use emulator::server::{Options, RunningServer, Server, ServerError, Speed};

use super::authorizer::{Authorizer, LostCaller, OBSERVER_KEY, Snapshot};
use crate::pipelines::run::backend::Backend;
use crate::pipelines::run::error::RunError;
use crate::pipelines::run::service_state::ServiceState;
use crate::pipelines::template::Stacks;

/// The local CloudFormation with authorization, in a thread of its own.
#[derive(Debug)]
pub struct LocalBackend {
    running: RunningServer,
    snapshot: Snapshot,
    lost_caller: LostCaller,
    account: String,
    region: String,
}

impl LocalBackend {
    /// Starts it, with the kept state or empty. Operations are complete by the next call.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(
        services: &ServiceState,
        account: &str,
        region: &str,
        state: Option<PathBuf>,
    ) -> Result<Self, ServerError> {
        let options = Options {
            state,
            speed: Speed::FASTEST,
            account: account.to_owned(),
            ..Options::default()
        };
        let snapshot: Snapshot = Arc::new(Mutex::new(Stacks::new(account, region)));
        let lost_caller = LostCaller::default();
        let authorizer = Authorizer::new(
            services.clone(),
            Arc::clone(&snapshot),
            Arc::clone(&lost_caller),
        );
        Ok(Self {
            running: Server::start_with(&options, Box::new(authorizer))?,
            snapshot,
            lost_caller,
            account: account.to_owned(),
            region: region.to_owned(),
        })
    }

    /// The next caller that executes a change set of this stack loses its credentials right after.
    /// CloudFormation continues.
    pub fn lose_next_caller_of(&self, stack: &str) {
        if let Ok(mut lost_caller) = self.lost_caller.lock() {
            *lost_caller = Some(stack.to_owned());
        }
    }

    #[must_use]
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// Injects a fault: the server's control request `fail`, with its JSON.
    ///
    /// # Errors
    /// When the order is not taken.
    pub fn fail(&self, fault: &str) -> std::io::Result<()> {
        self.post("/_local/fail", fault)
    }

    /// Makes a call that only refreshes the snapshot.
    fn refresh(&self) -> std::io::Result<()> {
        self.post("/", "Action=DescribeStacks&Version=2010-05-15")
    }

    fn post(&self, path: &str, body: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(self.running.address())?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={OBSERVER_KEY}/20260101/{}/cloudformation/\
             aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
            body.len(),
            self.region
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.starts_with("HTTP/1.1 200") {
            return Ok(());
        }
        Err(std::io::Error::other(answer))
    }
}

impl Backend for LocalBackend {
    fn deployed(&self) -> Result<Stacks, RunError> {
        self.refresh().map_err(|source| RunError::Program {
            program: "the local CloudFormation".to_owned(),
            source,
        })?;
        let empty = || Stacks::new(&self.account, &self.region);
        Ok(self
            .snapshot
            .lock()
            .map_or_else(|_| empty(), |stacks| stacks.clone()))
    }

    fn variables(&self) -> Vec<(String, String)> {
        vec![("AWS_ENDPOINT_URL".to_owned(), self.url())]
    }
}
