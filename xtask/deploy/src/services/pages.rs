//! The pages of a service's list: that they come to an end.

use super::ServiceError;

/// How many pages a list may have. Those that are read here hold what one environment has: a few.
const MOST: u32 = 500;

/// Counts the pages of one list while it is read.
#[derive(Debug, Default)]
pub struct Pages {
    read: u32,
    token: Option<String>,
}

impl Pages {
    /// What leads to the page after the one that was just read, and gave this token.
    ///
    /// # Errors
    /// When the page leads to itself, or a list has more pages than any list of the service.
    pub fn next(&mut self, token: Option<String>) -> Result<Option<String>, ServiceError> {
        let endless = |message: String| ServiceError::Other {
            code: "EndlessList".to_owned().into(),
            message: message.into(),
        };
        let token = token.filter(|token| !token.is_empty());
        if token.is_some() && token == self.token {
            return Err(endless("a page of a list leads to itself".to_owned()));
        }
        self.read += 1;
        if token.is_some() && self.read >= MOST {
            return Err(endless(format!("a list has more than {MOST} pages")));
        }
        self.token.clone_from(&token);
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_an_end_is_an_error() {
        let mut pages = Pages::default();
        for number in 1..MOST {
            let token = Some(format!("t{number}"));
            assert_eq!(pages.next(token.clone()).unwrap(), token);
        }
        assert!(pages.next(Some("more".to_owned())).is_err());
    }

    #[test]
    fn a_page_that_leads_to_itself_is_an_error() {
        let mut pages = Pages::default();
        let token = || Some("t".to_owned());
        assert_eq!(pages.next(token()).unwrap(), token());
        assert!(pages.next(token()).is_err());
    }

    #[test]
    fn the_last_page_has_no_token() {
        assert_eq!(Pages::default().next(None).unwrap(), None);
        assert_eq!(Pages::default().next(Some(String::new())).unwrap(), None);
    }
}
