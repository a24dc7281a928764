//! Images of services, by digest.

use std::fmt;
use std::str::FromStr;

/// The image that a service stack gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The stack as it was typed; nothing where it is the only one of `--only`.
    pub stack: Option<String>,
    /// The digest: `sha256:` and 64 lowercase hexadecimal digits. A tag can be
    /// moved, so it is refused.
    pub digest: String,
}

/// Why a text is no image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageError {
    Digest(String),
    Stack,
}

impl fmt::Display for ImageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest(text) => write!(
                formatter,
                "`{text}` is no digest: sha256: and 64 digits 0-9a-f, as in the column Digest of \
                 the repository"
            ),
            Self::Stack => formatter.write_str("there is no stack before the `=`"),
        }
    }
}

impl std::error::Error for ImageError {}

pub(super) fn parse_digest(text: &str) -> Result<&str, ImageError> {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() == 64 && digits.bytes().all(hexadecimal) {
        Ok(text)
    } else {
        Err(ImageError::Digest(text.to_owned()))
    }
}

impl FromStr for Image {
    type Err = ImageError;

    fn from_str(text: &str) -> Result<Self, ImageError> {
        let (stack, digest) = match text.split_once('=') {
            Some(("", _)) => return Err(ImageError::Stack),
            Some((stack, digest)) => (Some(stack.to_owned()), digest),
            None => (None, text),
        };
        let digest = parse_digest(digest)?.to_owned();
        Ok(Self { stack, digest })
    }
}

impl fmt::Display for Image {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stack) = &self.stack {
            write!(formatter, "{stack}=")?;
        }
        formatter.write_str(&self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_a_digest_with_or_without_its_stack() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for (text, stack) in [
            (digest.clone(), None),
            (format!("service-web={digest}"), Some("service-web")),
        ] {
            let image: Image = text.parse().unwrap();
            assert_eq!(image.stack.as_deref(), stack);
            assert_eq!(image.digest, digest);
            assert_eq!(image.to_string(), text);
        }
    }

    #[test]
    fn what_can_be_moved_is_no_image() {
        for text in [
            "latest",
            "web:latest",
            "sha256:",
            "sha256:0A",
            &format!("sha256:{}", "0A".repeat(32)),
            &format!("sha256:{}", "0a".repeat(33)),
            &format!("service-web=md5:{}", "0a".repeat(32)),
        ] {
            assert!(
                matches!(text.parse::<Image>(), Err(ImageError::Digest(_))),
                "{text}"
            );
        }
        assert_eq!("=sha256:".parse::<Image>(), Err(ImageError::Stack));
    }
}
