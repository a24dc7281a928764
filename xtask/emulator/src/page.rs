//! Pages of lists.

use cloudformation::Page;

use crate::api::ApiError;
use crate::error::validation;

/// The page that begins at a token. Tokens are opaque to clients; here they are the number of items
/// before the page.
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

/// The same for a list of numbered items with the newest first. The token is the number of the last
/// item on the page, so that items that are added or removed in between do not shift the pages.
pub(crate) fn page_before<N: TryInto<usize> + Copy, T>(
    items: impl Iterator<Item = (N, T)>,
    token: Option<&str>,
    size: usize,
) -> Result<Page<T>, ApiError> {
    let end = token.map(number).transpose()?;
    let at = |number: N| number.try_into().unwrap_or(usize::MAX);
    let mut items = items.skip_while(|(number, _)| end.is_some_and(|end| at(*number) >= end));
    let mut page = Page {
        items: Vec::new(),
        next: None,
    };
    let mut last = 0;
    for (number, item) in items.by_ref().take(size.max(1)) {
        last = at(number);
        page.items.push(item);
    }
    page.next = items.next().map(|_| self::token(last));
    Ok(page)
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
    fn what_comes_and_goes_moves_nothing_between_pages_of_the_newest() {
        let of = |items: &[usize], token: Option<&str>| {
            let items = items.iter().rev().map(|number| (*number, *number));
            page_before(items, token, 2).unwrap()
        };
        let first = of(&[1, 2, 3, 4, 5], None);
        assert_eq!(first.items, [5, 4]);
        let second = of(&[1, 2, 3, 4, 5, 6], first.next.as_deref());
        assert_eq!(second.items, [3, 2]);
        let third = of(&[1, 5, 6, 7], second.next.as_deref());
        assert_eq!(third.items, [1]);
        assert_eq!(third.next, None);
        let wrong = page_before([(1, 1)].into_iter(), Some("what"), 2);
        assert!(wrong.is_err());
    }
}
