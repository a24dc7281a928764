//! What answers a call, before anything reads it: whether that is AWS at all.
//!
//! The SDK takes an answer that ends too early for one with less in it, and has nothing to say of
//! an error that is no document of AWS: a proxy's page, a captive portal's. Here every answer to a
//! call is held against the form that the call's protocol gives it, so that what is passed on is
//! whole; and what is not passed on is described, with what was asked and of whom.

use std::error::Error;
use std::fmt;

use cloudformation::ClientError;
use common::terminal_text::displayed;

use crate::signed::xml::Element;

/// How much of an answer is shown, in characters.
const SHOWN: usize = 160;

/// What was asked of whom, as far as a message needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `DescribeStacks`.
    pub(crate) operation: String,
    /// `https://cloudformation.eu-west-1.amazonaws.com`.
    pub(crate) endpoint: String,
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// XML with an element for the operation around it.
    Query,
    Json,
    /// XML or JSON or bytes: a resource.
    Resource,
    /// Nothing is known of it: where credentials come from.
    Any,
}

impl Asked {
    /// Whether the call changes nothing. What did may have taken effect, whatever was answered.
    pub(crate) fn is_look(&self) -> bool {
        let verbs = ["Get", "Describe", "List", "GET ", "HEAD "];
        verbs.iter().any(|verb| self.operation.starts_with(verb))
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, endpoint) = (displayed(&self.operation), displayed(&self.endpoint));
        write!(formatter, "{operation} at {endpoint}")
    }
}

/// An answer that is none of AWS's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnexpectedAnswer {
    pub(crate) asked: Asked,
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) wrong: Wrong,
    pub(crate) begin: String,
    /// Whether the endpoint has never answered before.
    pub(crate) is_first: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It is not a document of AWS.
    Foreign,
    /// It begins as one, and is not whole, or not well-formed.
    Malformed(String),
    /// There is nothing in it.
    Empty,
    /// It does not end within this many bytes.
    Endless(usize),
}

/// An answer, as far as it tells what it is.
pub(crate) struct Received<'a> {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) location: Option<&'a str>,
    /// The header that some services give an error's code in.
    pub(crate) error_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// Whether an answer has the form that it has to have.
///
/// Sources: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>,
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
pub(crate) fn judge(asked: &Asked, received: &Received<'_>) -> Result<(), Box<UnexpectedAnswer>> {
    let wrong = match asked.form {
        Form::Any => return Ok(()),
        _ if (200..300).contains(&received.status) => whole(asked, received.body),
        _ => error_document(received),
    };
    wrong.map_err(|wrong| Box::new(received.unexpected(asked, wrong)))
}

impl Received<'_> {
    pub(crate) fn unexpected(&self, asked: &Asked, wrong: Wrong) -> UnexpectedAnswer {
        let begin = self.body.get(..self.body.len().min(8 * SHOWN));
        let begin = String::from_utf8_lossy(begin.unwrap_or_default());
        let words: Vec<&str> = begin.split_whitespace().collect();
        UnexpectedAnswer {
            asked: asked.clone(),
            status: self.status,
            content_type: self.content_type.map(str::to_owned),
            location: self.location.map(str::to_owned),
            wrong,
            begin: words.join(" ").chars().take(SHOWN).collect(),
            is_first: false,
        }
    }
}

fn whole(asked: &Asked, body: &[u8]) -> Result<(), Wrong> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.trim_start_matches('\u{feff}').trim(),
        // A resource may be bytes.
        Err(_) if asked.form == Form::Resource => return Ok(()),
        Err(error) => return Err(Wrong::Malformed(error.to_string())),
    };
    match asked.form {
        Form::Query if text.is_empty() => Err(Wrong::Empty),
        Form::Query => {
            let root = parsed(text)?;
            if root.name == format!("{}Response", asked.operation) {
                Ok(())
            } else {
                Err(Wrong::Foreign)
            }
        }
        Form::Json if text.is_empty() => Err(Wrong::Empty),
        Form::Json if text.starts_with('{') => json(text).map(drop),
        Form::Json => Err(Wrong::Foreign),
        Form::Resource if text.starts_with('<') => {
            if parsed(text)?.name.eq_ignore_ascii_case("html") {
                Err(Wrong::Foreign)
            } else {
                Ok(())
            }
        }
        Form::Resource | Form::Any => Ok(()),
    }
}

/// Whether an error is one of AWS's: it has a code.
fn error_document(received: &Received<'_>) -> Result<(), Wrong> {
    if received.error_type.is_some_and(|code| !code.is_empty()) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(received.body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Wrong::Empty);
    }
    let has_code = if text.starts_with('<') {
        let document = parsed(text)?;
        let error = document.find("Error");
        error.is_some_and(|error| error.child_text("Code").is_some())
    } else if text.starts_with('{') {
        let value = json(text)?;
        let code = value.get("__type").or_else(|| value.get("code"));
        code.and_then(serde_json::Value::as_str)
            .is_some_and(|code| !code.is_empty())
    } else {
        false
    };
    if has_code {
        Ok(())
    } else {
        Err(Wrong::Foreign)
    }
}

/// Pages for people are rarely well-formed, and are no documents of AWS that ended too early.
fn parsed(text: &str) -> Result<Element, Wrong> {
    let begin: String = text.chars().take(512).collect::<String>().to_lowercase();
    if begin.starts_with("<!doctype html") || begin.contains("<html") {
        return Err(Wrong::Foreign);
    }
    Element::parse(text).map_err(|error| Wrong::Malformed(error.to_string()))
}

fn json(text: &str) -> Result<serde_json::Value, Wrong> {
    serde_json::from_str(text).map_err(|error| Wrong::Malformed(error.to_string()))
}

impl fmt::Display for UnexpectedAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} got status {}", self.asked, self.status)?;
        if let Some(content_type) = &self.content_type {
            write!(formatter, ", {}", displayed(content_type))?;
        }
        if let Some(location) = &self.location {
            write!(formatter, ", a redirect to {}", displayed(location))?;
        }
        match &self.wrong {
            Wrong::Foreign => formatter.write_str(", which is no answer of AWS")?,
            Wrong::Malformed(why) => {
                write!(formatter, ", which can't be read ({})", displayed(why))?;
            }
            Wrong::Empty => formatter.write_str(", and nothing in it")?,
            Wrong::Endless(bytes) => write!(formatter, ", of more than {bytes} bytes")?,
        }
        if self.begin.is_empty() {
            Ok(())
        } else {
            write!(formatter, ": \"{}\"", displayed(&self.begin))
        }
    }
}

impl Error for UnexpectedAnswer {}

impl UnexpectedAnswer {
    /// Whether whatever answers says so only for now.
    pub(crate) const fn may_pass(&self) -> bool {
        self.status >= 500 || self.status == 429
    }

    /// Whether asking again at once may help: something was cut on the way.
    pub(crate) const fn is_worth_another(&self) -> bool {
        self.may_pass() || matches!(self.wrong, Wrong::Malformed(_))
    }

    /// What usually answers so, and what to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        let is_page = self.begin.starts_with('<');
        match (self.status, &self.wrong) {
            (407, _) => {
                "a proxy wants to know who asks: HTTPS_PROXY takes http://USER:PASSWORD@HOST:PORT"
            }
            (300..400, _) => {
                "redirects are not followed: a captive portal or a proxy answers in place of AWS; \
                 sign in to the network in a browser, or look at --endpoint-url, AWS_ENDPOINT_URL \
                 and HTTPS_PROXY"
            }
            (500.., _) => {
                "a proxy or a load balancer on the way can't reach AWS; look at HTTPS_PROXY, or \
                 run it again later"
            }
            (_, Wrong::Endless(_)) => {
                "what answers is not CloudFormation; look at --endpoint-url and AWS_ENDPOINT_URL"
            }
            (_, Wrong::Malformed(_)) => {
                "something on the way changes or cuts answers; look at HTTPS_PROXY, and run it \
                 again"
            }
            _ if is_page => {
                "a proxy or a captive portal answers in place of AWS; sign in to the network in a \
                 browser, or look at --endpoint-url, AWS_ENDPOINT_URL and HTTPS_PROXY"
            }
            _ => {
                "the endpoint is not the service's; look at --endpoint-url, AWS_ENDPOINT_URL and \
                 HTTPS_PROXY"
            }
        }
    }
}

/// An endpoint that no connection was made to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreachable {
    pub(crate) asked: Asked,
    pub(crate) why: Why,
    /// What the connection says, in a line.
    pub(crate) said: String,
    /// Whether the endpoint has never answered before.
    pub(crate) is_first: bool,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nothing listens.
    Refused,
    Name,
    /// What is there can't be trusted, or speaks no TLS.
    Tls,
    /// What is there speaks no HTTP, or hangs up.
    Broken,
    /// It takes too long.
    Silent,
}

impl Why {
    /// What a connection's error, in a line, is about.
    pub(crate) fn of(said: &str) -> Self {
        let said = said.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if says(&["dns error", "resolve", "lookup address"]) {
            Self::Name
        } else if says(&["connection refused", "unreachable", "no route"]) {
            Self::Refused
        } else if says(&[
            "certificate",
            "tls",
            "handshake",
            "corrupt message",
            "alert",
        ]) {
            Self::Tls
        } else {
            Self::Broken
        }
    }

    /// Whether it may pass within a call.
    pub(crate) const fn may_pass(self) -> bool {
        matches!(self, Self::Name | Self::Broken)
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.why {
            Why::Refused => "nothing takes connections there",
            Why::Name => "the name is not known",
            Why::Tls => "no TLS connection can be made",
            Why::Broken => "no answer that is HTTP",
            Why::Silent => "no answer",
        };
        write!(
            formatter,
            "{}: {what} ({})",
            self.asked,
            displayed(&self.said)
        )
    }
}

impl Error for Unreachable {}

impl Unreachable {
    pub(crate) const fn hint(&self) -> &'static str {
        match self.why {
            Why::Refused => {
                "is something running there? Look at the port in --endpoint-url or AWS_ENDPOINT_URL"
            }
            Why::Name => {
                "look at the network, and at the name in --endpoint-url, AWS_ENDPOINT_URL or \
                 HTTPS_PROXY"
            }
            Why::Tls => {
                "look whether the endpoint is http:// or https://; a proxy that opens TLS needs its \
                 certificate authority among this machine's"
            }
            Why::Silent => {
                "look at the network, and at --endpoint-url, AWS_ENDPOINT_URL and HTTPS_PROXY"
            }
            Why::Broken => {
                "look whether the endpoint is http:// or https://, and whether it is the service's"
            }
        }
    }
}

/// What usually is wrong where a call came to this, and what to do about it.
pub(crate) fn hint(error: &ClientError) -> Option<&'static str> {
    let reason: &(dyn Error + 'static) = match error {
        ClientError::Unreachable { reason, .. } => reason.as_ref(),
        ClientError::NoAnswer { source, .. } => source.as_ref(),
        _ => return None,
    };
    let answer = find::<UnexpectedAnswer>(reason).map(UnexpectedAnswer::hint);
    answer.or_else(|| find::<Unreachable>(reason).map(Unreachable::hint))
}

/// The first error of a type in a chain of sources.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(form: Form) -> Asked {
        Asked {
            operation: "DescribeStacks".to_owned(),
            endpoint: "http://127.0.0.1:1".to_owned(),
            form,
        }
    }

    fn verdict(form: Form, status: u16, body: &str) -> &'static str {
        let received = Received {
            status,
            content_type: None,
            location: None,
            error_type: None,
            body: body.as_bytes(),
        };
        match judge(&asked(form), &received) {
            Ok(()) => "fine",
            Err(one) => match one.wrong {
                Wrong::Foreign => "foreign",
                Wrong::Malformed(_) => "malformed",
                Wrong::Empty => "empty",
                Wrong::Endless(_) => "endless",
            },
        }
    }

    #[test]
    fn answers_are_held_against_their_form() {
        let whole = "<DescribeStacksResponse><a>1</a></DescribeStacksResponse>";
        for (form, status, body, expected) in [
            (Form::Query, 200, whole, "fine"),
            (Form::Query, 200, "<OtherResponse/>", "foreign"),
            (Form::Query, 200, "", "empty"),
            (Form::Query, 200, "<!DOCTYPE html><p>", "foreign"),
            (Form::Query, 200, "{}", "malformed"),
            (
                Form::Query,
                400,
                "<ErrorResponse><Error><Code>A</Code></Error></ErrorResponse>",
                "fine",
            ),
            (
                Form::Query,
                400,
                "<ErrorResponse><Error/></ErrorResponse>",
                "foreign",
            ),
            (
                Form::Query,
                400,
                "<ErrorResponse><Error><Code>A</Code>",
                "malformed",
            ),
            (Form::Query, 302, "", "empty"),
            (Form::Json, 200, "{}", "fine"),
            (Form::Json, 200, "{\"a\":", "malformed"),
            (Form::Json, 200, "<html>", "foreign"),
            (Form::Json, 400, "{\"__type\":\"A\"}", "fine"),
            (Form::Json, 400, "{\"error\":\"a\"}", "foreign"),
            (Form::Resource, 200, "<a/>", "fine"),
            (Form::Resource, 200, "<a>", "malformed"),
            (Form::Resource, 200, "plain", "fine"),
            (Form::Any, 500, "what", "fine"),
        ] {
            assert_eq!(
                verdict(form, status, body),
                expected,
                "{form:?} {status} {body}"
            );
        }
    }

    /// Cut anywhere, it is never an answer with less in it.
    #[test]
    fn no_answer_that_ends_too_early_is_whole() {
        let whole = "<DescribeStacksResponse><R><Stacks><member><N>a</N></member></Stacks></R></DescribeStacksResponse>";
        for end in 0..whole.len() {
            let cut = whole.get(..end).unwrap();
            assert_ne!(verdict(Form::Query, 200, cut), "fine", "{cut}");
        }
    }
}
