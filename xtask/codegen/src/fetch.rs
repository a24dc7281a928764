//! The schema packages: pinned by version and digest, downloaded once into `target/schemas`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;

struct Package {
    /// The archive, as its registry names it.
    archive: &'static str,
    sha256: &'static str,
    /// Downloads the archive into a directory.
    download: &'static [&'static str],
    /// Unpacks the archive, given as the last but one argument, into the last.
    unpack: &'static [&'static str],
    /// A file that is there once the archive is unpacked.
    witness: &'static str,
}

/// Types with constraints, permissions and replacement behaviour.
const CFN_LINT: Package = Package {
    archive: "cfn_lint-1.58.0-py3-none-any.whl",
    sha256: "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987",
    download: &[
        "python3",
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "cfn-lint==1.58.0",
        "--dest",
    ],
    unpack: &["python3", "-m", "zipfile", "--extract"],
    witness: "cfnlint/data/schemas/version.json",
};

/// What `Ref` returns, which property refers to what, and which types hold data.
const SERVICE_SPEC: Package = Package {
    archive: "aws-cdk-aws-service-spec-0.1.216.tgz",
    sha256: "2305b840c961bf7ab982a3e67a44cd2fe1f8fad78d8f2598c0fd36fbf17c9af8",
    download: &[
        "npm",
        "pack",
        "--silent",
        "@aws-cdk/aws-service-spec@0.1.216",
        "--pack-destination",
    ],
    unpack: &["tar", "--extract", "--file"],
    witness: "package/db.json.gz",
};

/// The models of the services' requests: enumerations, patterns and bounds that the schemas lack.
const BOTOCORE: Package = Package {
    archive: "botocore-1.43.106-py3-none-any.whl",
    sha256: "c1fb8818f9957cb5037f73db34ac1a12ba43562e31d6e7f9cb7e5fc64e1dba78",
    download: &[
        "python3",
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "botocore==1.43.106",
        "--dest",
    ],
    unpack: &["python3", "-m", "zipfile", "--extract"],
    witness: "botocore/data/endpoints.json",
};

/// The names of the managed policies of AWS.
const IAM_FLOYD: Package = Package {
    archive: "iam-floyd-0.842.0.tgz",
    sha256: "ce2bd5137520bacd6ac4772ce80aee37681a86459dd721aee0c447914a62b188",
    download: &[
        "npm",
        "pack",
        "--silent",
        "iam-floyd@0.842.0",
        "--pack-destination",
    ],
    unpack: &["tar", "--extract", "--file"],
    witness: "package/lib/generated/aws-managed-policies/iam-floyd.js",
};

/// Where the unpacked packages are.
pub(crate) struct Sources {
    /// The directory of cfn-lint's schemas.
    pub(crate) schemas: PathBuf,
    pub(crate) database: PathBuf,
    /// The directory of botocore's models, a folder for each service.
    pub(crate) models: PathBuf,
    /// The program text with the names of managed policies.
    pub(crate) managed_policies: PathBuf,
}

/// Makes sure that the pinned packages are there, downloading what is missing.
pub(crate) fn sources(directory: &Path) -> Result<Sources, Error> {
    fs::create_dir_all(directory).map_err(Error::io(directory))?;
    let cfn_lint = CFN_LINT.unpacked(directory)?;
    let service_spec = SERVICE_SPEC.unpacked(directory)?;
    let botocore = BOTOCORE.unpacked(directory)?;
    let compressed = service_spec.join(SERVICE_SPEC.witness);
    let database = compressed.with_extension("");
    if !database.exists() {
        run(Command::new("gzip")
            .args(["--decompress", "--keep"])
            .arg(&compressed))?;
    }
    Ok(Sources {
        schemas: cfn_lint.join("cfnlint/data/schemas"),
        database,
        models: botocore.join("botocore/data"),
        managed_policies: IAM_FLOYD.unpacked(directory)?.join(IAM_FLOYD.witness),
    })
}

impl Package {
    /// The directory of the unpacked archive, whose digest is checked each time.
    fn unpacked(&self, directory: &Path) -> Result<PathBuf, Error> {
        let archive = directory.join(self.archive);
        if !archive.exists() {
            eprintln!("downloading {}", self.archive);
            run(command(self.download).arg(directory))?;
        }
        let bytes = fs::read(&archive).map_err(Error::io(&archive))?;
        verify(&archive, &bytes, self.sha256)?;
        let unpacked = directory.join(&self.sha256[..16]);
        if !unpacked.join(self.witness).exists() {
            fs::create_dir_all(&unpacked).map_err(Error::io(&unpacked))?;
            let mut unpack = command(self.unpack);
            unpack.arg(&archive);
            if self.unpack[0] == "tar" {
                unpack.arg("--directory");
            }
            run(unpack.arg(&unpacked))?;
        }
        Ok(unpacked)
    }
}

/// Refuses an archive that is not the pinned one.
fn verify(archive: &Path, bytes: &[u8], expected: &'static str) -> Result<(), Error> {
    let found: String = hmac_sha256::Hash::hash(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if found == expected {
        Ok(())
    } else {
        Err(Error::Digest {
            path: archive.to_owned(),
            expected,
            found,
        })
    }
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// Runs a program; its output is shown only when it fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |reason: String| Error::Program {
        program: program.clone(),
        reason,
    };
    let output = command
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_archive_is_refused() {
        let expected = "0000000000000000000000000000000000000000000000000000000000000000";
        let error = verify(Path::new("some.whl"), b"bytes", expected).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("some.whl: the sha256 is 277089d91c0bdf4f")
        );
    }
}
