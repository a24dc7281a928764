//! The definition that tests speak of, as text.

use common::input::SourceFile;

pub(crate) const PRODUCTION: &str = "environments/production.toml";
pub(crate) const STAGING: &str = "environments/staging.toml";
pub(crate) const APPLICATIONS: &str = "applications.toml";

pub(crate) fn checked_in() -> Vec<SourceFile> {
    vec![
        SourceFile::new(
            APPLICATIONS,
            include_str!("../../../tests/definition/applications.toml"),
        ),
        SourceFile::new(
            PRODUCTION,
            include_str!("../../../tests/definition/environments/production.toml"),
        ),
        SourceFile::new(
            STAGING,
            include_str!("../../../tests/definition/environments/staging.toml"),
        ),
    ]
}
