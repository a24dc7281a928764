//! Lines of 80 columns.

const WIDTH: usize = 80;

/// Words in lines of 80 columns; continued lines are indented by `hanging`.
pub(crate) fn wrap(out: &mut String, indent: usize, hanging: usize, text: &str) {
    let mut line = " ".repeat(indent);
    let mut is_empty = true;
    for word in text.split(' ') {
        let width = line.chars().count() + usize::from(!is_empty) + word.chars().count();
        if width > WIDTH && !is_empty {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(hanging);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}
