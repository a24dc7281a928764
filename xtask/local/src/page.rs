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
    let start = match token {
        None => 0,
        Some(token) => token
            .strip_prefix("page-")
            .and_then(|number| usize::from_str_radix(number, 16).ok())
            .ok_or_else(|| validation("Invalid NextToken"))?,
    };
    let mut items = items.skip(start);
    let page: Vec<T> = items.by_ref().take(size.max(1)).collect();
    let next = items
        .next()
        .map(|_| format!("page-{:08x}", start + page.len()));
    Ok(Page { items: page, next })
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
}
