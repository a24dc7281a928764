//! The worst of a report as commands to GitHub's runner, which shows each at its line of the proposal.

use std::fmt::Write as _;

use super::wording::{subjects, told_details};
use super::{Report, Told};
use crate::consequence::Weight;

/// GitHub shows ten warnings of a step. The last one counts the rest.
/// <https://docs.github.com/en/rest/checks/runs>
const SHOWN: usize = 9;

/// A warning for each severe consequence, at file and line where they are known.
///
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
#[must_use]
pub fn annotations(report: &Report) -> String {
    let severe: Vec<&Told> = report
        .consequences
        .iter()
        .filter(|one| one.consequence.weight == Weight::Severe)
        .collect();
    let all = report.environments.len();
    let mut out = String::new();
    for one in severe.iter().take(SHOWN) {
        let mut message = format!("{} {}", subjects(&one.consequence), one.consequence.text);
        for detail in told_details(one, all) {
            let _ = write!(message, "\n{detail}");
        }
        let title = format!("severe, {}", one.consequence.kind);
        let mut properties = Vec::new();
        if let Some((file, line)) = place(one) {
            properties.push(format!("file={}", property(file)));
            properties.push(format!("line={line}"));
        }
        properties.push(format!("title={}", property(&title)));
        let _ = writeln!(
            out,
            "::warning {}::{}",
            properties.join(","),
            data(&message)
        );
    }
    if let Some(rest) = severe.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
        let _ = writeln!(
            out,
            "::warning title=severe::{rest} more; the summary has all of them"
        );
    }
    out
}

/// The file and line of a consequence: of the input that causes it, or else of the code that defines what it
/// happens to.
fn place(told: &Told) -> Option<(&str, u32)> {
    let consequence = &told.consequence;
    let defined = consequence
        .subjects
        .iter()
        .filter_map(|subject| subject.defined_at.as_deref());
    consequence
        .causes
        .iter()
        .map(String::as_str)
        .chain(defined)
        .find_map(|at| {
            let (file, line) = at.rsplit_once(':')?;
            Some((file, line.parse().ok()?))
        })
}

/// A message, which ends with its line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property, which also ends with a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consequence::{Applied, Consequence, Kind, Subject};
    use crate::report::{Revision, VERSION};

    fn told(weight: Weight, text: &str, causes: &[&str], defined_at: Option<&str>) -> Told {
        Told {
            environments: vec!["production".to_owned()],
            consequence: Consequence {
                weight,
                kind: Kind::Data,
                text: text.to_owned(),
                property: None,
                from: None,
                to: None,
                subjects: vec![Subject {
                    stack: "network".to_owned(),
                    logical_id: "DataKey".to_owned(),
                    resource_type: "AWS::KMS::Key".to_owned(),
                    defined_at: defined_at.map(str::to_owned),
                }],
                applied: Applied::ByDeploying,
                causes: causes.iter().map(|&cause| cause.to_owned()).collect(),
            },
        }
    }

    fn report(consequences: Vec<Told>) -> Report {
        Report {
            version: VERSION,
            base: Revision { commit: None },
            proposal: Revision { commit: None },
            command: String::new(),
            environments: Vec::new(),
            consequences,
        }
    }

    #[test]
    fn a_severe_consequence_stands_at_its_cause() {
        let at = Some("network-stack/src/data_key.rs:31");
        let cases: [(&[&str], _, _); 3] = [
            (
                &["environments/production.toml:30"],
                at,
                "file=environments/production.toml,line=30,",
            ),
            (&[], at, "file=network-stack/src/data_key.rs,line=31,"),
            (&["of no line"], None, ""),
        ];
        for (causes, defined_at, place) in cases {
            let told = told(Weight::Severe, "is deleted", causes, defined_at);
            let text = annotations(&report(vec![told]));
            let begin = format!("::warning {place}title=severe%2C data::");
            assert!(text.starts_with(&begin), "{text}");
            assert!(text.contains("network/DataKey is deleted"), "{text}");
        }
    }

    #[test]
    fn only_what_is_severe_is_annotated() {
        let told = |weight| told(weight, "changes", &[], None);
        let others = vec![told(Weight::Notable), told(Weight::Minor)];
        assert_eq!(annotations(&report(others)), "");
    }

    /// The proposal's author chose values and names.
    #[test]
    fn a_text_begins_no_command_of_its_own() {
        let told = told(
            Weight::Severe,
            "is 100%\r\n::set-output name=a::b\n::stop-commands::x",
            &["a,line=9::b\n::error ::c.toml:7"],
            None,
        );
        let text = annotations(&report(vec![told]));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            text.starts_with("::warning file=a%2Cline=9%3A%3Ab%0A%3A%3Aerror %3A%3Ac.toml,line=7,"),
            "{text}"
        );
        assert!(text.contains("100%25%0D%0A::set-output"), "{text}");
    }

    #[test]
    fn more_than_github_shows_is_counted() {
        let many = (0..12)
            .map(|index| told(Weight::Severe, &format!("goes {index}"), &[], None))
            .collect();
        let text = annotations(&report(many));
        assert_eq!(text.lines().count(), 10);
        let last = "::warning title=severe::3 more; the summary has all of them";
        assert_eq!(text.lines().last(), Some(last));
    }
}
