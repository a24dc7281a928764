//! The machines' image (whether it exists, fits them, and how old it is), and the version of the
//! preferences that sessions use.
//!
//! Machines are replaced, not patched, and the packages of Amazon Linux 2023 are locked to the
//! release that is in the image: a scan of Patch Manager compares an image with its own release and
//! finds it compliant however old it is. So nothing but the age of the image tells.
//!
//! <https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html>
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-installing-patches.html>

use common::capacity::Architecture;
use common::capacity::OLD_IMAGE_DAYS;
use common::environment::{Environment, EnvironmentName};
use common::naming::StackKind;

use super::context::is_deployed;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::expected::SESSION_PREFERENCES;
use crate::inspect::inspection::{Account, MachineImageProbe};
use crate::inspect::machine_image::PinnedImage;
use crate::timestamp::Timestamp;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let pinned = PinnedImage::of(environment);
    let mut results = machine_image(
        environment.name,
        &pinned,
        &account.machine_image,
        account.now,
    );
    results.extend(session_preferences(environment, account));
    results
}

/// CloudFormation documents that a new version becomes the default one, and it stays behind
/// (aws-cloudformation/cloudformation-coverage-roadmap#2539). Sessions follow the default one.
fn session_preferences(environment: &Environment, account: &Account) -> Option<CheckResult> {
    let stack = environment.names().stack(&StackKind::Ecs);
    let is_deployed = is_deployed(account, &stack);
    let result = |state, message: String| {
        CheckResult::new(state, Area::Machines, SESSION_PREFERENCES, message)
    };
    let region = environment.region;
    match (&account.session_preferences, is_deployed) {
        (Err(error), _) => Some(error.result(Area::Machines, SESSION_PREFERENCES)),
        (_, None) | (Ok(None), Some(false)) => None,
        (Ok(None), Some(true)) => {
            let drift = console::xtask("drift", environment);
            let message = "missing, although ecs is deployed: sessions are not logged".to_owned();
            Some(result(CheckStatus::Broken, message).run(format!("{drift} --only ecs")))
        }
        (Ok(Some(_)), Some(false)) => Some(
            result(
                CheckStatus::Attention,
                "exists before ecs is deployed: created manually, or left by a deleted environment. Sessions in the region use it, and ecs adopts it unchanged"
                    .to_owned(),
            )
            .run(format!(
                "aws ssm delete-document --region {region} --name {SESSION_PREFERENCES}"
            )),
        ),
        (Ok(Some(versions)), Some(true)) if versions.default == versions.latest => Some(result(
            CheckStatus::Fine,
            format!("sessions use the newest version, {}", versions.latest),
        )),
        (Ok(Some(versions)), Some(true)) => Some(
            result(
                CheckStatus::Attention,
                format!(
                    "sessions use version {}, the newest is {}",
                    versions.default, versions.latest
                ),
            )
            .run(format!(
                "aws ssm update-document-default-version --region {region} --name \
                 {SESSION_PREFERENCES} --document-version '{}'",
                versions.latest
            )),
        ),
    }
}

/// Judges the image that an environment's machines start from.
#[must_use]
pub fn machine_image(
    environment: EnvironmentName,
    pinned: &PinnedImage,
    found: &MachineImageProbe,
    now: Timestamp,
) -> Vec<CheckResult> {
    let id = pinned.image.as_str();
    let result = |state, message: String| CheckResult::new(state, Area::Machines, id, message);
    let enter = |image: &str| {
        format!(
            "set `image` to {image} in environments/{environment}.toml; deploying replaces the \
             machines one at a time"
        )
    };
    let (image, recommended) = match (&found.image, &found.recommended) {
        (Ok(image), Ok(recommended)) => (image, recommended.as_deref()),
        (image, recommended) => {
            let error = [image.as_ref().err(), recommended.as_ref().err()];
            return error
                .into_iter()
                .flatten()
                .map(|error| error.result(Area::Machines, id))
                .collect();
        }
    };
    let Some(image) = image else {
        let missing = result(
            CheckStatus::Broken,
            "this machine image does not exist in the region".to_owned(),
        );
        return vec![match recommended {
            Some(recommended) => missing.by_hand(enter(recommended)),
            None => missing,
        }];
    };
    let expected = match pinned.architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    };
    if image.architecture != expected {
        let message = format!(
            "built for {}, but the machines have {expected} processors",
            image.architecture
        );
        let wrong = result(CheckStatus::Broken, message);
        return vec![match recommended {
            Some(recommended) => wrong.by_hand(enter(recommended)),
            None => wrong,
        }];
    }
    let days = image.created.days_until(now);
    let age = format!("{}, {days} days old", image.name);
    vec![match recommended {
        None => result(
            CheckStatus::Attention,
            format!("{age}; {} does not exist", pinned.parameter()),
        ),
        Some(newest) if newest == id => result(CheckStatus::Fine, format!("{age}, the newest")),
        Some(newest) if days >= i64::from(OLD_IMAGE_DAYS) => result(
            CheckStatus::Attention,
            format!("{age}: the machines lack {days} days of security updates"),
        )
        .by_hand(enter(newest)),
        Some(newest) => result(CheckStatus::Fine, format!("{age}; {newest} is newer")),
    }]
}
