//! The wire, without a model behind it and with: texts in and out, HTTP, the program.

mod answers;
mod authorize;
mod http;
mod program;
mod requests;
mod state;
mod support;
