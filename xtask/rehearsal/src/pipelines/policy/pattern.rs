//! Wildcards of policies.

/// Whether a pattern with `*` (any text) and `?` (any one character) matches a text.
///
/// Greedy, with backtracking to the last `*`: no recursion, and no exponential time.
#[must_use]
pub fn glob(pattern: &str, text: &str) -> bool {
    // ARNs and actions are ASCII; in other text `?` would match a byte.
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&wanted) if wanted == b'?' || Some(&wanted) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|&left| left == b'*')
}

/// Whether an ARN matches a pattern. Each of the six parts is compared separately, so that a
/// wildcard never reaches into the next one. The last part includes all remaining colons.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
#[must_use]
pub fn arn_like(pattern: &str, arn: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let mut patterns = pattern.splitn(6, ':');
    let mut parts = arn.splitn(6, ':');
    for _ in 0..6 {
        match (patterns.next(), parts.next()) {
            (Some(pattern), Some(part)) if glob(pattern, part) => {}
            _ => return false,
        }
    }
    true
}
