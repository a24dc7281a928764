//! The cases, held against the local CloudFormation: in process, and by the program over HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share may fail them as the tests do"
)]

mod in_process;
mod program;
