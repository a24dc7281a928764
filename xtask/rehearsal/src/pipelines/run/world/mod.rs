//! What plays AWS's services besides CloudFormation: a folder, which the stand-ins share.
//!
//! ```text
//! site.json               account and region
//! sessions/<key>.json     who has which credentials
//! keys                    what credentials were made for, a line each
//! templates/<stack>.json  what is deployed: from it follows who may do what
//! registry/<repository>/<tag>.json
//! buckets/<bucket>/<key>
//! pipelines/<name>/runs, started
//!                         how its runs ended, a line each with the commit, and whether somebody asked for one
//! calls                   every request that was decided, a line each
//! changes                 every call that changed something in CloudFormation, a line each
//! launchers/<program>     what a release holds in the place of its programs
//! stand-ins               which programs were stood in for in whose build, a line each time
//! ```

mod folder;
mod notes;
mod services;
mod sessions;

pub use folder::World;
pub use services::{Ended, Image};
pub use sessions::Session;
