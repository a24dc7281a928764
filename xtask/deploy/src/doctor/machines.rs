//! What the machines are made from and reached by: whether their image exists, fits them, and how old
//! it is; and which version of their preferences sessions follow.
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

use crate::finding::{Area, Finding, State, console};
use crate::inspect::{Account, ImageFound, PinnedImage, SESSION_PREFERENCES};
use crate::timestamp::Timestamp;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<Finding> {
    let pinned = PinnedImage::of(environment);
    let mut findings = machine_image(
        environment.name,
        &pinned,
        &account.machine_image,
        account.now,
    );
    findings.extend(session_preferences(environment, account));
    findings
}

/// CloudFormation documents that a new version becomes the default one, and it stays behind
/// (aws-cloudformation/cloudformation-coverage-roadmap#2539). Sessions follow the default one.
fn session_preferences(environment: &Environment, account: &Account) -> Option<Finding> {
    let stack = environment.names().stack(&StackKind::Ecs);
    let is_deployed = super::is_deployed(account, &stack);
    let finding =
        |state, message: String| Finding::new(state, Area::Machines, SESSION_PREFERENCES, message);
    let region = environment.region;
    match (&account.session_preferences, is_deployed) {
        (Err(unanswered), _) => Some(unanswered.finding(Area::Machines, SESSION_PREFERENCES)),
        (_, None) | (Ok(None), Some(false)) => None,
        (Ok(None), Some(true)) => {
            let drift = console::xtask("drift", environment);
            let message = "it is gone, and ecs is deployed: sessions are not logged".to_owned();
            Some(finding(State::Broken, message).run(format!("{drift} --only ecs")))
        }
        (Ok(Some(_)), Some(false)) => Some(
            finding(
                State::Attention,
                "it is there before ecs is: saved by hand, or left by an environment that was \
                 deleted. Sessions of the region follow it, and ecs takes it over as it is"
                    .to_owned(),
            )
            .run(format!(
                "aws ssm delete-document --region {region} --name {SESSION_PREFERENCES}"
            )),
        ),
        (Ok(Some(versions)), Some(true)) if versions.default == versions.latest => Some(finding(
            State::Fine,
            format!("sessions follow the newest version, {}", versions.latest),
        )),
        (Ok(Some(versions)), Some(true)) => Some(
            finding(
                State::Attention,
                format!(
                    "sessions follow version {}, and the newest is {}",
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
    found: &ImageFound,
    now: Timestamp,
) -> Vec<Finding> {
    let id = pinned.image.as_str();
    let finding = |state, message: String| Finding::new(state, Area::Machines, id, message);
    let enter = |image: &str| {
        format!(
            "enter {image} as `image` in environments/{environment}.toml; deploying replaces the \
             machines one at a time"
        )
    };
    let (image, recommended) = match (&found.image, &found.recommended) {
        (Ok(image), Ok(recommended)) => (image, recommended.as_deref()),
        (image, recommended) => {
            let unanswered = [image.as_ref().err(), recommended.as_ref().err()];
            return unanswered
                .into_iter()
                .flatten()
                .map(|unanswered| unanswered.finding(Area::Machines, id))
                .collect();
        }
    };
    let Some(image) = image else {
        let missing = finding(
            State::Broken,
            "there is no such machine image in this region".to_owned(),
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
            "it is for {}, and the machines have {expected} processors",
            image.architecture
        );
        let wrong = finding(State::Broken, message);
        return vec![match recommended {
            Some(recommended) => wrong.by_hand(enter(recommended)),
            None => wrong,
        }];
    }
    let days = image.created.days_until(now);
    let age = format!("{}, {days} days old", image.name);
    vec![match recommended {
        None => finding(
            State::Attention,
            format!("{age}; {} is gone", pinned.parameter()),
        ),
        Some(newest) if newest == id => finding(State::Fine, format!("{age}, the newest")),
        Some(newest) if days >= i64::from(OLD_IMAGE_DAYS) => finding(
            State::Attention,
            format!("{age}: the machines lack {days} days of security updates"),
        )
        .by_hand(enter(newest)),
        Some(newest) => finding(State::Fine, format!("{age}; {newest} is newer")),
    }]
}
