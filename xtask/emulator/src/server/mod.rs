//! The local CloudFormation over HTTP, for clients in other processes.
//!
//! One thread, one address on the loopback interface. Tests use [`Server::start`], other clients
//! the program `emulator`. `request_handler` interprets requests and knows no sockets; `http` knows
//! nothing else.

mod authorize;
mod clock;
mod control;
mod http;
mod options;
mod request_faults;
mod request_handler;
mod running;
mod sessions;

pub use authorize::{AuthorizationRequest, Authorize, OtherServiceRequest, access_denied};
pub use options::{DEFAULT_SPEED, Options, Speed, SpeedError};
pub use request_faults::{RequestFaultError, RequestFaults};
pub use running::{RunningServer, Server, ServerError};
