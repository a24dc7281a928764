//! The critical path: the chain of steps that bounds the duration of a plan from below.

use std::collections::BTreeMap;

/// A step, its duration in milliseconds, and the steps it waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    pub name: String,
    pub took: u64,
    /// What had to be done before, by name.
    pub needs: Vec<String>,
}

/// The longest chain and its duration. `steps` are sorted: each comes after those it needs.
#[must_use]
pub fn critical_path(steps: &[Timed]) -> (u64, Vec<String>) {
    let mut ends: BTreeMap<&str, (u64, Vec<String>)> = BTreeMap::new();
    let mut longest = (0, Vec::new());
    for step in steps {
        let (before, mut chain) = step
            .needs
            .iter()
            .filter_map(|name| ends.get(name.as_str()))
            .max_by_key(|(end, _)| *end)
            .cloned()
            .unwrap_or_default();
        chain.push(step.name.clone());
        let end = (before + step.took, chain);
        if end.0 > longest.0 {
            longest = end.clone();
        }
        ends.insert(&step.name, end);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, took: u64, needs: &[&str]) -> Timed {
        Timed {
            name: name.to_owned(),
            took,
            needs: needs.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    #[test]
    fn the_longest_chain_counts_not_the_one_with_most_steps() {
        let steps = [
            step("a", 5, &[]),
            step("b", 1, &["a"]),
            step("c", 1, &["b"]),
            step("d", 9, &["a"]),
            step("e", 2, &["c", "d"]),
        ];
        let (time, path) = critical_path(&steps);
        assert_eq!(time, 16);
        assert_eq!(path, ["a", "d", "e"]);
        assert_eq!(critical_path(&[]), (0, Vec::new()));
    }
}
