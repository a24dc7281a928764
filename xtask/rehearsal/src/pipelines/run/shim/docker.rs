//! The shim of Docker: nothing is built, and pushed images are recorded in the service state.
//!
//! The Dockerfile is read for its base image only. An image's digest is computed from the files of
//! the build context: the same files give the same digest, which is more than Docker promises.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::aws;
use super::call::{Answer, Call};
use crate::pipelines::policy::Request;
use crate::pipelines::run::error::{At as _, RunError};
use crate::pipelines::run::service_state::Image;

const FAILED: u8 = 1;

pub(super) fn answer(call: &Call<'_>) -> Result<Answer, RunError> {
    match call.words().as_slice() {
        ["login", "--username", "AWS", "--password-stdin", registry] => login(registry),
        ["build", .., context] => build(call, context),
        ["push", image] => push(call, image),
        words => Ok(Answer::failure(
            125,
            format!("docker {}: not rehearsed\n", words.join(" ")),
        )),
    }
}

/// Docker's files in the home folder of the build.
fn kept(name: &str) -> PathBuf {
    let home = std::env::var("HOME").unwrap_or_default();
    Path::new(&home).join(".docker").join(name)
}

fn keep(name: &str, text: &str) -> Result<(), RunError> {
    let path = kept(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at(folder)?;
    }
    fs::write(&path, text).at(path)
}

fn login(registry: &str) -> Result<Answer, RunError> {
    let mut password = String::new();
    let read = std::io::stdin().read_to_string(&mut password);
    read.at("standard input")?;
    if password.trim().is_empty() {
        return Ok(Answer::failure(
            FAILED,
            "Error: password is empty\n".to_owned(),
        ));
    }
    keep(&login_file(registry), password.trim())?;
    Ok(Answer::success("Login Succeeded\n".to_owned()))
}

fn login_file(registry: &str) -> String {
    format!("login-{registry}")
}

/// The access key id of the login to a registry.
fn key_for(registry: &str) -> Option<String> {
    fs::read_to_string(kept(&login_file(registry))).ok()
}

fn build(call: &Call<'_>, context: &str) -> Result<Answer, RunError> {
    let file = call.option("--file").unwrap_or("Dockerfile");
    let tag = call.option("--tag").unwrap_or_default();
    let dockerfile = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return Ok(Answer::failure(FAILED, format!("{file}: {error}\n"))),
    };
    let Some(base) = base_image(&dockerfile, call.option("--build-arg")) else {
        return Ok(Answer::failure(FAILED, format!("{file} has no FROM\n")));
    };
    if let Some(error) = pull(call, &base)? {
        return Ok(Answer::failure(FAILED, error));
    }
    let mut hash = hmac_sha256::Hash::new();
    hash.update(base.as_bytes());
    digest(Path::new(context), &mut hash)?;
    let image = Image {
        digest: format!("sha256:{}", common::hexadecimal(&hash.finalize())),
        base,
    };
    keep(
        &built_file(tag),
        &format!("{}\n{}", image.digest, image.base),
    )?;
    Ok(Answer::success(format!(
        "shim: {} is {}\n",
        tag, image.digest
    )))
}

fn built_file(tag: &str) -> String {
    format!("image-{}", tag.replace('/', "+"))
}

/// The base image of the last stage, with the build argument filled in.
fn base_image(dockerfile: &str, argument: Option<&str>) -> Option<String> {
    let mut arguments: Vec<(String, String)> = Vec::new();
    let mut base = None;
    for line in dockerfile.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("ARG") => {
                let (name, value) = words.next()?.split_once('=').unwrap_or_default();
                arguments.push((name.to_owned(), value.to_owned()));
            }
            Some("FROM") => base = words.next(),
            _ => {}
        }
    }
    let mut base = base?.to_owned();
    let given = argument.and_then(|argument| argument.split_once('='));
    for (name, default) in arguments {
        let value = match given {
            Some((given, value)) if given == name => value,
            _ => &default,
        };
        base = base.replace(&format!("${{{name}}}"), value);
    }
    Some(base)
}

/// Authorizes a pull from the account's own registry. Other registries are public.
fn pull(call: &Call<'_>, base: &str) -> Result<Option<String>, RunError> {
    let Some((registry, image)) = base.split_once('/') else {
        return Ok(None);
    };
    if !registry.contains(".dkr.ecr.") {
        return Ok(None);
    }
    let Some(key) = key_for(registry) else {
        return Ok(Some(format!("{registry}: no basic auth credentials\n")));
    };
    let repository = image.split([':', '@']).next().unwrap_or_default();
    let arn = aws::own(call, "ecr", &format!("repository/{repository}"))?;
    let requests = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:BatchImportUpstreamImage",
        "ecr:CreateRepository",
        "ecr:GetDownloadUrlForLayer",
    ]
    .map(|action| Request::new(action, arn.as_str()));
    Ok(call
        .first_denied(&key, &requests)?
        .map(|error| error + "\n"))
}

/// Hashes the files of a folder in the order of their names, without what git and tests leave
/// there.
fn digest(folder: &Path, hash: &mut hmac_sha256::Hash) -> Result<(), RunError> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .at(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if [".git", "reports", "__pycache__"].contains(&&*name) {
            continue;
        }
        hash.update(name.as_bytes());
        if path.is_dir() {
            digest(&path, hash)?;
        } else {
            hash.update(fs::read(&path).at(&*path)?);
        }
    }
    Ok(())
}

fn push(call: &Call<'_>, image: &str) -> Result<Answer, RunError> {
    let parts = image
        .split_once('/')
        .and_then(|(registry, rest)| Some((registry, rest.rsplit_once(':')?)));
    let Some((registry, (repository, tag))) = parts else {
        return Ok(Answer::failure(FAILED, format!("{image}: not rehearsed\n")));
    };
    let Ok(built) = fs::read_to_string(kept(&built_file(image))) else {
        let error = format!("An image does not exist locally with the tag: {image}\n");
        return Ok(Answer::failure(FAILED, error));
    };
    let Some(key) = key_for(registry) else {
        return Ok(Answer::failure(
            FAILED,
            "no basic auth credentials\n".to_owned(),
        ));
    };
    let arn = aws::own(call, "ecr", &format!("repository/{repository}"))?;
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    let requests = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ]
    .map(|action| Request::new(action, arn.as_str()));
    if let Some(error) = call.first_denied(&key, &requests)? {
        return Ok(Answer::failure(FAILED, error + "\n"));
    }
    let (digest, base) = built.split_once('\n').unwrap_or_default();
    let image = Image {
        digest: digest.to_owned(),
        base: base.to_owned(),
    };
    match call.services.image(repository, tag)? {
        // Tags are immutable.
        Some(there) if there != image => {
            let error = format!(
                "tag invalid: The image tag '{tag}' already exists in the '{repository}' repository \
                 and cannot be overwritten because the tag is immutable.\n"
            );
            Ok(Answer::failure(FAILED, error))
        }
        _ => {
            call.services.push_image(repository, tag, &image)?;
            Ok(Answer::success(format!("{tag}: digest: {digest}\n")))
        }
    }
}
