//! A small chart of characters.

/// Columns of the chart; with the scale before it a line has 78.
pub(super) const COLUMNS: usize = 70;

/// The value of each column: the greatest of the minutes in it, so that nothing short is lost.
pub(super) fn columns(values: &[f64]) -> Vec<f64> {
    let width = COLUMNS.min(values.len().max(1));
    (0..width)
        .map(|column| {
            let from = column * values.len() / width;
            let to = ((column + 1) * values.len() / width).max(from + 1);
            let part = values.get(from..to).unwrap_or_default();
            part.iter().copied().fold(0.0, f64::max)
        })
        .collect()
}

/// Lines from the highest level to the lowest: a column is filled up to its value. `marks` are
/// values whose level is drawn through, with the text that stands before it.
pub(super) fn chart(values: &[f64], levels: usize, top: f64, marks: &[(f64, String)]) -> String {
    let values = columns(values);
    let height = |value: f64| (value / top * levels as f64).ceil() as usize;
    let mut text = String::new();
    for level in (1..=levels).rev() {
        let mark = marks.iter().find(|(value, _)| height(*value) == level);
        let label = mark.map_or("", |(_, label)| label.as_str());
        let line: String = values
            .iter()
            .map(|value| match (height(*value) >= level, mark) {
                (true, _) => '#',
                (false, Some(_)) => '-',
                (false, None) => ' ',
            })
            .collect();
        text += format!("{label:>6} |{line}").trim_end();
        text.push('\n');
    }
    text
}

pub(super) fn hours(minutes: usize) -> String {
    let mut line = vec![' '; COLUMNS + 2];
    let all = minutes.div_ceil(60).max(1);
    let every = all.div_ceil(8).max(1);
    for hour in (0..=all).step_by(every) {
        let at = hour * 60 * COLUMNS / minutes.max(1);
        for (offset, character) in format!("{hour}h").chars().enumerate() {
            if let Some(place) = line.get_mut(at + offset) {
                *place = character;
            }
        }
    }
    let text: String = line.into_iter().collect();
    format!("        {}\n", text.trim_end())
}
