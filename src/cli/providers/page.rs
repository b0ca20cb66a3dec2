//! All that is known of one provider, as a page to be read.

use std::io::IsTerminal;

use crate::cli::shared;
use crate::provider::{
    Algorithm, BodyHash, Carrier, Clock, Detection, Encoding, EventType, Family, Layout, Part, Provider, Scheme,
    Signature, Tolerance, Unit,
};
use crate::text;
use crate::verify::variable_of;
use crate::wire::Success;

/// How a page is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The columns a line may take.
    pub(super) columns: usize,
    /// Whether headings are set off by more than their place.
    pub(super) is_styled: bool,
}

impl Look {
    /// As wide as the terminal, up to what is comfortable to read.
    pub(super) fn of_stdout() -> Self {
        const COMFORTABLE: u16 = 100;
        let is_terminal = std::io::stdout().is_terminal();
        let columns = crossterm::terminal::size().ok().filter(|_| is_terminal).map_or(COMFORTABLE, |size| size.0);
        Self { columns: columns.clamp(40, COMFORTABLE).into(), is_styled: is_terminal && shared::wants_colour() }
    }
}

/// The page of a provider.
pub(super) fn page(provider: &Provider, look: Look) -> String {
    let mut page = Page { text: String::new(), look };
    page.title(provider);
    page.signature(provider);
    page.detection(provider);
    page.events(provider);
    page.probes(provider);
    page.reply(provider);
    page.retries(provider);
    page.example(provider);
    page.text
}

struct Page {
    text: String,
    look: Look,
}

impl Page {
    fn title(&mut self, provider: &Provider) {
        let title = format!("{} ({})", provider.title, provider.id);
        self.styled(&title);
        if let Some(docs) = &provider.docs {
            self.line("", docs);
        }
    }

    fn signature(&mut self, provider: &Provider) {
        self.heading("Signature");
        for scheme in &provider.verify {
            self.paragraph("  ", &in_words(scheme));
        }
        match &provider.unsigned {
            Some(instead) => self.paragraph("  ", instead),
            None if provider.verify.is_empty() => self.paragraph("  ", "Nothing is known of how it signs."),
            None => {}
        }
        if provider.signs() {
            let variable = variable_of(&provider.id);
            self.paragraph(
                "  ",
                &format!("The secret is read from {variable}, or given as --secret {}=env:VAR.", provider.id),
            );
        }
    }

    fn detection(&mut self, provider: &Provider) {
        self.heading(&format!("Told by ({} points suffice)", Detection::ENOUGH));
        let rows = provider.detect.iter().map(|rule| [format!("{:>3}", rule.weight), rule.to_string()]);
        self.table(&rows.collect::<Vec<_>>());
    }

    fn events(&mut self, provider: &Provider) {
        self.heading(&format!("Events ({})", provider.events.len()));
        let row = |event: &EventType| {
            let mark = if event.documented { "" } else { " *" };
            [format!("{}{mark}", event.name), format!("{}: {}", event.title, event.meaning)]
        };
        self.table(&provider.events.iter().map(row).collect::<Vec<_>>());
        if provider.events.iter().any(|event| !event.documented) {
            self.paragraph("  ", "* its documentation prints no machine name; this one is ours");
        }
    }

    fn probes(&mut self, provider: &Provider) {
        if provider.probes.is_empty() {
            return;
        }
        self.heading("Requests without an event");
        for probe in &provider.probes {
            let but =
                probe.without_query.then_some("a query").into_iter().chain(probe.without.iter().map(String::as_str));
            let but: Vec<_> = but.collect();
            let but = if but.is_empty() { String::new() } else { format!(" without {}", but.join(", ")) };
            self.paragraph("  ", &format!("{} ({}{but}): {}", probe.title, probe.sample.method, probe.meaning));
        }
    }

    fn reply(&mut self, provider: &Provider) {
        self.heading("What to answer");
        let note = provider.reply.note.as_deref().unwrap_or_default();
        self.paragraph("  ", format!("{}. {note}", provider.reply.status).trim_end());
        if provider.reply.presets.is_empty() {
            return;
        }
        self.heading("Answers worth trying (a in the full screen, or --reply)");
        for preset in &provider.reply.presets {
            self.paragraph("  ", &preset.title);
            self.line("    ", &preset.reply.to_string());
        }
    }

    fn retries(&mut self, provider: &Provider) {
        let retry = &provider.retry;
        self.heading("When it tries again");
        self.paragraph("  ", &retry.summary);
        let undocumented = || "not documented".to_owned();
        let mut rows = vec![
            ["success".to_owned(), retry.success.as_ref().map_or_else(undocumented, Success::to_string)],
            ["timeout".to_owned(), retry.timeout.map_or_else(undocumented, text::duration)],
        ];
        rows.extend(retry.on.iter().map(|rule| [format!("on {}", rule.status), rule.then.clone()]));
        rows.extend(retry.stops.iter().map(|stops| ["gives up".to_owned(), stops.clone()]));
        self.table(&rows);
    }

    fn example(&mut self, provider: &Provider) {
        let Some(event) = provider.events.first() else { return };
        self.heading("Try it");
        self.line("  ", &format!("hookglass simulate {} {} --to http://127.0.0.1:4665", provider.id, event.name));
    }

    fn heading(&mut self, heading: &str) {
        self.text += "\n";
        self.styled(heading);
    }

    fn styled(&mut self, line: &str) {
        let line = text::visible(line);
        self.text += &if self.look.is_styled { format!("\x1b[1m{line}\x1b[0m\n") } else { format!("{line}\n") };
    }

    /// A line that stays whole, however long: an address, a command or an answer to be copied.
    fn line(&mut self, indent: &str, line: &str) {
        self.text += &format!("{indent}{}\n", text::visible(line));
    }

    /// Text in lines that fit; `indent` stands before each.
    fn paragraph(&mut self, indent: &str, paragraph: &str) {
        for line in wrapped(&text::visible(paragraph), self.look.columns.saturating_sub(text::width(indent))) {
            self.text += &format!("{indent}{line}\n");
        }
    }

    /// Rows of a name and a text; texts begin in one column and wrap there.
    fn table(&mut self, rows: &[[String; 2]]) {
        let names: Vec<_> = rows.iter().map(|[name, _]| text::visible(name)).collect();
        let widest = names.iter().map(|name| text::width(name)).max().unwrap_or(0);
        for (name, [_, value]) in names.iter().zip(rows) {
            let lead = format!("  {}  ", text::pad(name, widest));
            let room = self.look.columns.saturating_sub(text::width(&lead)).max(20);
            let mut lines = wrapped(&text::visible(value), room).into_iter();
            let first = lines.next().unwrap_or_default();
            self.text += format!("{lead}{first}").trim_end();
            self.text += "\n";
            let blank = " ".repeat(text::width(&lead));
            lines.for_each(|line| self.text += &format!("{blank}{line}\n"));
        }
    }
}

/// A scheme in one sentence.
fn in_words(scheme: &Scheme) -> String {
    let place = &scheme.carrier;
    match &scheme.family {
        Family::Signature(signature) => signature_in_words(signature, place),
        Family::Token => format!("A static token in {place}: it says who sends, and does not cover the body."),
        Family::Basic => format!("Basic credentials (user:password) in {place}: they do not cover the body."),
        Family::Bearer => format!("A bearer token in {place}: it does not cover the body."),
        Family::ApiKey => format!("An API key in {place}: it does not cover the body."),
    }
}

fn signature_in_words(signature: &Signature, place: &Carrier) -> String {
    let algorithm = match signature.algorithm {
        Algorithm::Ed25519 => "Ed25519".to_owned(),
        algorithm => algorithm.name().to_uppercase(),
    };
    let encoding = encoding_in_words(signature.encoding);
    let content = match &signature.content.0[..] {
        [Part::Body] => "the raw body".to_owned(),
        _ => format!("`{}`", signature.content),
    };
    let prefixes = prefixes_in_words(&signature.prefixes);
    let layout = match &signature.layout {
        Layout::One => String::new(),
        Layout::List(_) => ", several allowed".to_owned(),
        Layout::Fields { signatures, .. } => format!(", the field {}", signatures.join(" or ")),
    };
    let clock = signature.timestamp.as_ref().map(clock_in_words).unwrap_or_default();
    let hash = signature.body_hash.as_ref().map(hash_in_words).unwrap_or_default();
    format!("{algorithm} of {content}, as {encoding} in {place}{prefixes}{layout}.{hash}{clock}")
}

fn hash_in_words(due: &BodyHash) -> String {
    let hash = due.hash.name().to_uppercase();
    format!(" The body is covered by its {hash}, as {} in {}.", encoding_in_words(due.encoding), due.at)
}

fn clock_in_words(clock: &Clock) -> String {
    let unit = match clock.unit {
        Unit::Seconds => "in seconds",
        Unit::Milliseconds => "in milliseconds",
        Unit::Rfc3339 => "as RFC 3339",
    };
    let off = match clock.tolerance {
        None => "not compared with the clock".to_owned(),
        Some(Tolerance { past, future: None }) => {
            format!("at most {} old; the future is not looked at", text::exact_duration(past))
        }
        Some(Tolerance { past, future: Some(future) }) if past == future => {
            format!("off by at most {}", text::exact_duration(past))
        }
        Some(Tolerance { past, future: Some(future) }) => {
            format!("at most {} old or {} ahead", text::exact_duration(past), text::exact_duration(future))
        }
    };
    format!(" Its time is in {}, {unit}: {off}.", clock.at)
}

fn encoding_in_words(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Hex => "lower-case hex",
        Encoding::Base64 => "base64",
        Encoding::Base64url => "base64url",
    }
}

fn prefixes_in_words(prefixes: &[String]) -> String {
    let quoted = |prefixes: &[String]| {
        let named: Vec<_> =
            prefixes.iter().filter(|prefix| !prefix.is_empty()).map(|prefix| format!("`{prefix}`")).collect();
        named.join(" or ")
    };
    match prefixes {
        [] => String::new(),
        [only] if only.is_empty() => String::new(),
        [first, others @ ..] if first.is_empty() => format!(", bare or behind {}", quoted(others)),
        all if all.iter().any(String::is_empty) => format!(", behind {} or bare", quoted(all)),
        all => format!(", behind {}", quoted(all)),
    }
}

/// Lines of at most that many columns, broken at blanks; a longer word has a line of its own.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text::width(line) + 1 + text::width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalog;

    #[test]
    fn no_line_but_one_to_copy_is_wider_than_the_screen() {
        for provider in Catalog::builtin().iter() {
            let page = page(provider, Look { columns: 60, is_styled: false });
            for line in page.lines().filter(|line| !line.contains("http") && !line.contains("header=")) {
                assert!(text::width(line) <= 60 || !line.trim().contains(' '), "{}: {line}", provider.id);
            }
        }
    }

    #[test]
    fn a_scheme_is_told_in_words() {
        let words = |name: &str| in_words(&Catalog::builtin().get(name).unwrap().verify[0]);
        let cases = [
            ("brightback", "HMAC-SHA1 of the raw body, as lower-case hex in X-Hub-Signature, bare or behind `sha1=`."),
            ("brighten", "HMAC-SHA256 of the raw body, as lower-case hex in X-Brighten-Signature."),
            (
                "svix",
                "HMAC-SHA256 of `{id}.{timestamp}.{body}`, as base64 in svix-signature, behind `v1,`, several allowed. Its time is in svix-timestamp, in seconds: off by at most 5 min.",
            ),
            (
                "slack",
                "HMAC-SHA256 of `v0:{timestamp}:{body}`, as lower-case hex in X-Slack-Signature, behind `v0=`. Its time is in X-Slack-Request-Timestamp, in seconds: at most 5 min old; the future is not looked at.",
            ),
            ("raaft", "A static token in x-raaft-token: it says who sends, and does not cover the body."),
        ];
        for (name, expected) in cases {
            assert_eq!(words(name), expected);
        }
    }

    #[test]
    fn what_a_file_says_cannot_drive_the_terminal() {
        let mut provider = (**Catalog::builtin().get("raaft").unwrap()).clone();
        provider.title = "\x1b[2Jevil".to_owned();
        provider.events[0].meaning = "a\x07b".to_owned();
        let page = page(&provider, Look { columns: 80, is_styled: false });
        assert!(!page.contains('\x1b') && !page.contains('\x07'), "{page}");
    }
}
