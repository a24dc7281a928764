//! Pages of lists.

use crate::api::{ApiError, Page};
use crate::error::validation;

/// The page that begins at a token. A token is what AWS's are to their readers, opaque; here it is the
/// number of items before the page.
pub(crate) fn page<T>(
    items: impl Iterator<Item = T>,
    token: Option<&str>,
    size: usize,
) -> Result<Page<T>, ApiError> {
    let start = token.map_or(Ok(0), number)?;
    let mut items = items.skip(start);
    let page: Vec<T> = items.by_ref().take(size.max(1)).collect();
    let next = items.next().map(|_| self::token(start + page.len()));
    Ok(Page { items: page, next })
}

/// The same of a list that is read from its end and grows there: the token is the number of items
/// that are left, so that what is added meanwhile moves nothing from one page to another.
pub(crate) fn page_back<T: Clone>(
    items: &[T],
    token: Option<&str>,
    size: usize,
) -> Result<Page<T>, ApiError> {
    let left = token.map_or(Ok(items.len()), number)?;
    let left = items.get(..left).unwrap_or(items);
    let page: Vec<T> = left.iter().rev().take(size.max(1)).cloned().collect();
    let after = left.len() - page.len();
    let next = (after > 0).then(|| self::token(after));
    Ok(Page { items: page, next })
}

fn token(number: usize) -> String {
    format!("page-{number:08x}")
}

fn number(token: &str) -> Result<usize, ApiError> {
    token
        .strip_prefix("page-")
        .and_then(|number| usize::from_str_radix(number, 16).ok())
        .ok_or_else(|| validation("Invalid NextToken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_everything_once() {
        let mut seen = Vec::new();
        let mut token = None;
        loop {
            let part = page(0..7, token.as_deref(), 3).unwrap();
            seen.extend(part.items);
            token = part.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, (0..7).collect::<Vec<_>>());
        assert!(page(0..7, Some("what"), 3).is_err());
    }

    #[test]
    fn what_is_added_at_the_end_moves_nothing_between_pages_that_are_read_back() {
        let first = page_back(&[1, 2, 3, 4, 5], None, 2).unwrap();
        assert_eq!(first.items, [5, 4]);
        let second = page_back(&[1, 2, 3, 4, 5, 6], first.next.as_deref(), 2).unwrap();
        assert_eq!(second.items, [3, 2]);
        let third = page_back(&[1, 2, 3, 4, 5, 6, 7], second.next.as_deref(), 2).unwrap();
        assert_eq!(third.items, [1]);
        assert_eq!(third.next, None);
        assert!(page_back(&[1], Some("what"), 2).is_err());
    }
}
