//! A running server, in a thread of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::runtime;
use tokio::sync::watch;
use tokio::task::LocalSet;

use super::request_handler::RequestHandler;
use super::{Authorize, Options, http};
use crate::JournalError;
use crate::api::Time;

/// The interval between looks at a server that stops.
const STOP_POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The local CloudFormation over HTTP.
#[derive(Debug)]
pub struct Server;

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<Result<(), ServerError>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port is taken, or there is no network.
    #[error("can't listen on port {port}")]
    Listen {
        port: u16,
        #[source]
        source: io::Error,
    },
    #[error("can't start the server")]
    Serve(#[source] io::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The thread of the server panicked, which is a bug.
    #[error("the thread of the server panicked")]
    Panicked,
}

impl Server {
    /// Starts a server on the loopback interface. It accepts requests when this returns.
    ///
    /// The caller needs no async runtime.
    ///
    /// # Errors
    /// The port is taken, or the state can't be read.
    pub fn start(options: &Options) -> Result<RunningServer, ServerError> {
        Self::start_handler(options, RequestHandler::open(options, today())?)
    }

    /// Starts a server whose requests an [`Authorize`] decides about.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(
        options: &Options,
        authorize: Box<dyn Authorize>,
    ) -> Result<RunningServer, ServerError> {
        let handler = RequestHandler::open(options, today())?.with(authorize);
        Self::start_handler(options, handler)
    }

    fn start_handler(
        options: &Options,
        handler: RequestHandler,
    ) -> Result<RunningServer, ServerError> {
        let (listener, address) = listen(options.port).map_err(|source| ServerError::Listen {
            port: options.port,
            source,
        })?;
        let (stop, stopped) = watch::channel(());
        let thread = std::thread::Builder::new()
            .name("local-cloudformation".to_owned())
            .spawn(move || run(listener, handler, stopped))
            .map_err(ServerError::Serve)?;
        Ok(RunningServer {
            address,
            stop,
            thread: Some(thread),
        })
    }
}

impl RunningServer {
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server: requests in progress are answered, and the state is saved.
    ///
    /// # Errors
    /// The state can't be saved.
    pub fn stop(mut self) -> Result<(), ServerError> {
        self.end()
    }

    /// Stops the server, as [`Self::stop`]; but if that takes longer, because a request is still being performed, the
    /// server ends with the process. Its state is then what its journal says.
    ///
    /// # Errors
    /// As [`Self::stop`].
    pub fn stop_within(mut self, time: Duration) -> Result<(), ServerError> {
        let until = Instant::now() + time;
        let _ = self.stop.send(());
        while self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
        {
            if Instant::now() >= until {
                self.thread = None;
                return Ok(());
            }
            std::thread::sleep(STOP_POLL_INTERVAL);
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), ServerError> {
        // The receiver is gone if the server has ended already; joining the thread gives the
        // reason.
        let _ = self.stop.send(());
        match self.thread.take() {
            Some(thread) => thread.join().unwrap_or(Err(ServerError::Panicked)),
            None => Ok(()),
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        // `stop` reports errors.
        let _ = self.end();
    }
}

fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn run(
    listener: TcpListener,
    handler: RequestHandler,
    stop: watch::Receiver<()>,
) -> Result<(), ServerError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServerError::Serve)?;
    let mut handler = LocalSet::new()
        .block_on(&runtime, http::serve(listener, handler, stop))
        .map_err(ServerError::Serve)?;
    Ok(handler.close()?)
}

/// The virtual time at which a new state begins.
fn today() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or_default())
}
