//! The calls to other services: what is sent, and what the recorded answers are read as.
//!
//! The answers have the form of the examples in the API references, and more members than those that
//! are read, as real ones have.

mod missing;
mod network;
mod operations;
mod platform;

use aws::services::AwsServices;

use crate::support::replay::{Replay, Sent, Step};

/// Services that answer this.
async fn answering(status: u16, body: &str) -> (AwsServices, Replay) {
    let replay = Replay::new([Step::Answer(status, body.to_owned())]);
    let services = AwsServices::new(replay.aws().await.signed());
    (services, replay)
}

/// A request as the wire has it, without what every one has.
fn request(sent: &Sent) -> String {
    let mut text = format!("{} {}\n", sent.method, sent.uri);
    if let Some(target) = sent.header("x-amz-target") {
        text += &format!("{target} ({})\n", sent.header("content-type").unwrap());
    }
    let scope = sent.header("authorization").unwrap();
    let scope = scope.split_once("Credential=AKIDEXAMPLE/").unwrap().1;
    let scope: Vec<&str> = scope.split([',', '/']).skip(1).take(2).collect();
    text += &format!("signed for {}\n", scope.join(" "));
    if sent.header("content-type") == Some("application/x-www-form-urlencoded") {
        text + &sent.form()
    } else {
        text + &sent.body
    }
}

/// A request and what its answer is read as, for a snapshot.
fn story<T: std::fmt::Debug>(replay: &Replay, read: T) -> String {
    format!("{}\n\n{read:#?}", request(&replay.only()).trim_end())
}
