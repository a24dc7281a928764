//! The pages of a list: that they come to an end.
//!
//! Whoever reads a list hands each page's token back until there is none. The tokens count here, so
//! that an endpoint that always has another page is found out wherever a list is read.

use cloudformation::{ClientError, ClientResult};

use super::translation::text;

/// How many pages a list may have. An account has up to 2,000 stacks, of which a page holds no
/// fewer than ten; a stack's history is read as far back as its last operation.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MOST: u32 = 500;

/// Parts the number of a page from its token, in which no service writes it.
const MARK: char = '\0';

/// The page that is asked for.
pub(super) struct PageRequest {
    number: u32,
    token: Option<String>,
}

impl PageRequest {
    /// The first page, or the one that a token from [`PageRequest::next`] leads to.
    pub(super) fn of(next: Option<String>) -> Self {
        let Some(next) = next else {
            return Self {
                number: 1,
                token: None,
            };
        };
        let counted = next.split_once(MARK);
        match counted.and_then(|(number, token)| Some((number.parse().ok()?, token))) {
            Some((number, token)) => Self {
                number,
                token: Some(token.to_owned()),
            },
            None => Self {
                number: 2,
                token: Some(next),
            },
        }
    }

    /// The service's own token.
    pub(super) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    /// What leads to the page behind this one, whose token the service gave.
    pub(super) fn next(&self, token: Option<String>) -> ClientResult<Option<String>> {
        let Some(token) = text(token) else {
            return Ok(None);
        };
        let endless = |message: String| {
            Err(ClientError::Other {
                code: "EndlessList".into(),
                message: message.into(),
            })
        };
        if self.token.as_ref() == Some(&token) {
            return endless("a page of a list leads to itself".to_owned());
        }
        if self.number >= MOST {
            return endless(format!("a list has more than {MOST} pages"));
        }
        Ok(Some(if self.number == 1 {
            token
        } else {
            format!("{}{MARK}{token}", self.number + 1)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_an_end_is_an_error() {
        let mut next = None;
        for number in 1..MOST {
            let page = PageRequest::of(next);
            assert_eq!((page.number, page.token.is_none()), (number, number == 1));
            next = page.next(Some(format!("t{number}"))).unwrap();
        }
        let last = PageRequest::of(next);
        assert_eq!(last.token(), Some("t499".to_owned()));
        assert!(last.next(None).unwrap().is_none());
        assert!(last.next(Some("more".to_owned())).is_err());
    }

    #[test]
    fn a_page_that_leads_to_itself_is_an_error() {
        let second = PageRequest::of(Some("t".to_owned()));
        assert!(second.next(Some("t".to_owned())).is_err());
        assert!(second.next(Some(String::new())).unwrap().is_none());
    }
}
