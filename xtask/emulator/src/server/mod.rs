//! The local CloudFormation over HTTP, for clients that are programs of their own.
//!
//! One thread, one address on the loopback interface. [`Server::start`] is for tests, the program
//! the `emulator` program for other clients. What a request means is decided in `desk`, which
//! knows no sockets; `http` knows nothing else.

mod authorize;
mod clock;
mod control;
mod desk;
mod faults;
mod http;
mod options;
mod running;
mod sessions;

pub use authorize::{Asked, Authorize, Beside, access_denied};
pub use faults::{FaultError, Faults};
pub use options::{DEFAULT_SPEED, Options, Speed, SpeedError};
pub use running::{Running, Server, ServerError};
