//! A server that runs, in a thread of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::runtime;
use tokio::sync::watch;
use tokio::task::LocalSet;

use super::desk::Desk;
use super::{Authorize, Options, http};
use crate::JournalError;
use crate::api::Time;

/// The local CloudFormation over HTTP.
#[derive(Debug)]
pub struct Server;

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<Result<(), ServerError>>>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port is taken, or there is no network.
    #[error("can't listen on port {port}")]
    Listen {
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The thread with the server can't run.
    #[error("can't serve")]
    Serve(#[source] io::Error),
    /// What there is can't be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The server ended by itself: a bug.
    #[error("the server ended by itself")]
    Ended,
}

impl Server {
    /// Starts one on the loopback interface. When this returns, it takes calls.
    ///
    /// Whether the caller has an async runtime doesn't matter.
    ///
    /// # Errors
    /// When the port is taken, or the state can't be read.
    pub fn start(options: &Options) -> Result<Running, ServerError> {
        Self::start_desk(options, Desk::open(options, today())?)
    }

    /// The same, with somebody who decides about every call.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(
        options: &Options,
        authorize: Box<dyn Authorize>,
    ) -> Result<Running, ServerError> {
        let desk = Desk::open(options, today())?.with(authorize);
        Self::start_desk(options, desk)
    }

    fn start_desk(options: &Options, desk: Desk) -> Result<Running, ServerError> {
        let (listener, address) = listen(options.port).map_err(|source| ServerError::Listen {
            port: options.port,
            source,
        })?;
        let (stop, stopped) = watch::channel(());
        let thread = std::thread::Builder::new()
            .name("local-cloudformation".to_owned())
            .spawn(move || run(listener, desk, stopped))
            .map_err(ServerError::Serve)?;
        Ok(Running {
            address,
            stop,
            thread: Some(thread),
        })
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients are given as their endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it: what is under way is answered, and what there is is kept.
    ///
    /// # Errors
    /// When it can't be kept.
    pub fn stop(mut self) -> Result<(), ServerError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), ServerError> {
        // Nobody listens if it ended already, and then the thread says why.
        let _ = self.stop.send(());
        match self.thread.take() {
            Some(thread) => thread.join().unwrap_or(Err(ServerError::Ended)),
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever wants to know stops it.
        let _ = self.end();
    }
}

fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn run(listener: TcpListener, desk: Desk, stop: watch::Receiver<()>) -> Result<(), ServerError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServerError::Serve)?;
    let mut desk = LocalSet::new()
        .block_on(&runtime, http::serve(listener, desk, stop))
        .map_err(ServerError::Serve)?;
    Ok(desk.close()?)
}

/// Where virtual time begins when nothing was kept.
fn today() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or_default())
}
