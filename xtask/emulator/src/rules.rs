//! The service rules that the model applies.

use service_rules::Row;

/// Rules in words that the model applies all the same: the counting of launch template versions.
const BESIDES: [&str; 1] = ["launch-template-versions-stay"];

/// Whether the model applies a rule: it has a form, or is listed by name.
#[must_use]
pub fn models(row: &Row) -> bool {
    row.rule.has_form() || BESIDES.contains(&row.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_by_name_is_there_and_in_words() {
        for id in BESIDES {
            let row = service_rules::rows().find(|row| row.id == id);
            assert!(row.is_some_and(|row| !row.rule.has_form()), "{id}");
        }
    }
}
