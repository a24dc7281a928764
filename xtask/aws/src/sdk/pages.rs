//! A bound on the pages of a list, for every paged call to AWS.
//!
//! A reader passes each page's token back until there is none. The tokens count the pages here, so
//! an endpoint that always has another page is detected wherever a list is read.

use cloudformation::ClientError;
use deploy::inspect::services::ServiceError;

/// More pages than any list has. An account has up to 2,000 stacks, of which a page holds no fewer
/// than ten; a stack's history is read as far back as its last operation.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_PAGES: u32 = 500;

/// Separates the number of a page from its token. No service's token contains it.
const MARK: char = '\0';

/// A list whose pages do not end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndlessList {
    #[error("a page of a list leads to itself")]
    Loop,
    #[error("a list has more than {MAX_PAGES} pages")]
    TooLong,
}

impl From<EndlessList> for ClientError {
    fn from(error: EndlessList) -> Self {
        Self::Other {
            code: "EndlessList".into(),
            message: error.to_string().into(),
        }
    }
}

impl From<EndlessList> for ServiceError {
    fn from(error: EndlessList) -> Self {
        Self::Other {
            code: "EndlessList".into(),
            message: error.to_string().into(),
        }
    }
}

pub(crate) struct PageRequest {
    number: u32,
    token: Option<String>,
}

impl PageRequest {
    /// The first page, or the one that a token from [`PageRequest::next`] leads to.
    pub(crate) fn of(next: Option<String>) -> Self {
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
    pub(crate) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    /// The token for the next page, from the one that the service returned with this page.
    pub(crate) fn next(&self, token: Option<String>) -> Result<Option<String>, EndlessList> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        if self.token.as_ref() == Some(&token) {
            return Err(EndlessList::Loop);
        }
        if self.number >= MAX_PAGES {
            return Err(EndlessList::TooLong);
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
        for number in 1..MAX_PAGES {
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
