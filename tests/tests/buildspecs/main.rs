//! The buildspecs of the pipelines and the scripts of their stages, run.

#![cfg(unix)]

mod building;
mod deploying;
mod promoting;
mod pull_requests;
mod review_comment;
mod starting;
mod support;
mod toolchain;
mod words;
