//! The test and build of an application.

use crate::input::Invalid;
use crate::text::text_newtype;

/// How an application is tested and built. Its repository holds a Dockerfile and something to run
/// the tests with; everything else about its pipeline is this definition's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Runs the tests: `make test` unless given. The image is built only where it succeeds.
    pub test: TestCommand,
    /// Where the image is described: `Dockerfile` unless given.
    pub dockerfile: SourcePath,
    /// Runs tests against the image, whose name is in `IMAGE`: only where it succeeds is the image
    /// pushed. Without it the image is pushed as it was built.
    pub image_test: Option<TestCommand>,
}

impl Default for Build {
    fn default() -> Self {
        Self {
            test: TestCommand("make test".to_owned()),
            dockerfile: SourcePath("Dockerfile".to_owned()),
            image_test: None,
        }
    }
}

text_newtype! {
    /// A command line for a shell, in the root of the application's repository.
    TestCommand, check_command
}

text_newtype! {
    /// The path of a file inside a repository, `deploy/Dockerfile`.
    SourcePath, check_path
}

fn check_command(text: &str) -> Result<(), Invalid> {
    let fine = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected("a command on one line", text))
    }
}

/// Nothing that a shell would split, and nothing outside the repository.
fn check_path(text: &str) -> Result<(), Invalid> {
    let part_fine = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.starts_with('-')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if text.split('/').all(part_fine) {
        Ok(())
    } else {
        Err(Invalid::expected(
            "the path of a file in the repository, such as \"Dockerfile\"",
            text,
        ))
    }
}
