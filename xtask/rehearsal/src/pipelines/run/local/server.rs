//! A local CloudFormation for a rehearsal.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use emulator::server::{Options, RunningServer, Server, ServerError, Speed};

use super::gate::{Doomed, Gate, Snapshot};
use crate::pipelines::run::clouds::Clouds;
use crate::pipelines::run::error::RunError;
use crate::pipelines::run::world::World;
use crate::pipelines::template::Stacks;

/// The access key id of a person, who applies bootstrap.
pub const PERSON: &str = "AKIAREHEARSALPERSON";

/// The access key id with which the rehearsal looks at what is deployed.
pub(super) const OBSERVER: &str = "AKIAREHEARSALOBSERVE";

/// A local CloudFormation with guarded doors, in a thread of its own.
#[derive(Debug)]
pub struct LocalClouds {
    running: RunningServer,
    snapshot: Snapshot,
    doomed: Doomed,
    account: String,
    region: String,
}

impl LocalClouds {
    /// Starts one: with what `state` keeps, and empty without. What takes time there is over by the
    /// next call.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(
        world: &World,
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
        let doomed = Doomed::default();
        let gate = Gate::new(world.clone(), Arc::clone(&snapshot), Arc::clone(&doomed));
        Ok(Self {
            running: Server::start_with(&options, Box::new(gate))?,
            snapshot,
            doomed,
            account: account.to_owned(),
            region: region.to_owned(),
        })
    }

    /// The next caller that has a change set of this stack carried out is gone right after: its
    /// credentials are nobody's any more. CloudFormation goes on.
    pub fn lose_caller_of(&self, stack: &str) {
        if let Ok(mut doomed) = self.doomed.lock() {
            *doomed = Some(stack.to_owned());
        }
    }

    /// What clients are given as their endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// Has something go wrong with resources: the server's order `fail`, with its JSON.
    ///
    /// # Errors
    /// When the order is not taken.
    pub fn fail(&self, fault: &str) -> std::io::Result<()> {
        self.post("/_local/fail", fault)
    }

    /// Has the gate look at what is deployed: a call that is only for it.
    fn look(&self) -> std::io::Result<()> {
        self.post("/", "Action=DescribeStacks&Version=2010-05-15")
    }

    fn post(&self, path: &str, body: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(self.running.address())?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={OBSERVER}/20260101/{}/cloudformation/\
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

impl Clouds for LocalClouds {
    fn deployed(&self) -> Result<Stacks, RunError> {
        self.look().map_err(|source| RunError::Program {
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
