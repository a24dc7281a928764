//! What an inspection sees of the sources, whatever hides it from git.

#![cfg(unix)]

mod record;
mod scratch;
mod sources;
