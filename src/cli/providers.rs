//! `providers`: the list, and all that is known of one.

mod page;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::{Exit, Failure, shared};
use crate::provider::{Catalog, LayerError, Provider, Retry};
use crate::text;
use crate::wire::Success;

/// List the providers, or tell all that is known of one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass providers                     one line a provider
  hookglass providers brighten            how it signs, its events, when it tries again
  hookglass providers --format ndjson     one object a provider, for scripts
  hookglass providers --check ~/.config/hookglass/providers/acme/provider.toml")]
pub(crate) struct ProvidersArgs {
    /// Tell all that is known of this one
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Say whether a provider file can be read, and where not
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    check: Option<PathBuf>,
    /// How they are shown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Lines)]
    format: Format,
}

/// How providers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Lines,
    /// One JSON object a line.
    Ndjson,
}

pub(crate) fn run(args: &ProvidersArgs) -> Result<Exit, Failure> {
    let text = match (&args.check, &args.name, args.format) {
        (Some(file), _, format) => {
            let provider = Catalog::check(file).map_err(unreadable)?;
            if format == Format::Ndjson { object(&provider) } else { checked(file, &provider) }
        }
        (None, Some(name), Format::Ndjson) => object(&*shared::provider(&shared::catalog()?, name)?),
        (None, Some(name), Format::Lines) => {
            page::page(&*shared::provider(&shared::catalog()?, name)?, page::Look::of_stdout())
        }
        (None, None, Format::Ndjson) => shared::catalog()?.iter().map(|provider| object(provider)).collect(),
        (None, None, Format::Lines) => list(&shared::catalog()?, io::stdout().is_terminal()),
    };
    shared::print(text).map(|()| Exit::Done)
}

fn unreadable(error: LayerError) -> Failure {
    if error.place.is_some() { Failure::usage(error) } else { Failure::could_not_run(error) }
}

/// One line a provider, its columns aligned; on a terminal with a last line that says what to do next.
fn list(catalog: &Catalog, is_terminal: bool) -> String {
    let rows: Vec<_> = catalog.iter().map(|provider| row(provider)).collect();
    let width = |column: usize| rows.iter().map(|row| text::width(&row[column])).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            text += &text::pad(cell, width + 2);
        }
        text += &row[3];
        text += "\n";
    }
    if is_terminal {
        text += "\n`hookglass providers NAME` tells all that is known of one.\n";
    }
    text
}

fn row(provider: &Provider) -> [String; 4] {
    let shown = |text: &str| text::visible(text).into_owned();
    let events = text::count(provider.events.len(), "event", "events");
    [shown(provider.id.as_str()), shown(&provider.title), schemes(provider), events]
}

/// The names of its schemes as in records, each once, and `none` where it also sends without any.
fn schemes(provider: &Provider) -> String {
    let named = provider.verify.iter().map(|scheme| scheme.name());
    let unsigned = (provider.unsigned.is_some() || !provider.signs()).then_some("none");
    let mut names: Vec<_> = named.chain(unsigned).collect();
    names.dedup();
    names.join(", ")
}

fn checked(file: &Path, provider: &Provider) -> String {
    let [name, title, schemes, events] = row(provider);
    format!("{}: {name} ({title}), {schemes}, {events}\n", text::visible(&file.to_string_lossy()))
}

/// What a script is told of a provider, in this order.
#[derive(Serialize)]
struct Object<'a> {
    name: &'a str,
    title: &'a str,
    scheme: String,
    events: Vec<EventObject<'a>>,
    retry: RetryObject<'a>,
}

#[derive(Serialize)]
struct EventObject<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct RetryObject<'a> {
    delays_ms: Vec<u128>,
    timeout_ms: Option<u128>,
    success: Option<String>,
    on: Vec<StatusObject<'a>>,
    stops: Option<&'a str>,
    summary: &'a str,
}

#[derive(Serialize)]
struct StatusObject<'a> {
    status: &'a str,
    then: &'a str,
}

fn object(provider: &Provider) -> String {
    let events = provider.events.iter().map(|event| EventObject { kind: &event.name, title: &event.title });
    let object = Object {
        name: provider.id.as_str(),
        title: &provider.title,
        scheme: schemes(provider),
        events: events.collect(),
        retry: RetryObject::of(&provider.retry),
    };
    let text = serde_json::to_string(&object).expect("text and numbers can always be written");
    text + "\n"
}

impl<'a> RetryObject<'a> {
    fn of(retry: &'a Retry) -> Self {
        let on = retry.on.iter().map(|rule| StatusObject { status: &rule.status, then: &rule.then });
        Self {
            delays_ms: retry.delays.iter().map(Duration::as_millis).collect(),
            timeout_ms: retry.timeout.as_ref().map(Duration::as_millis),
            success: retry.success.as_ref().map(Success::to_string),
            on: on.collect(),
            stops: retry.stops.as_deref(),
            summary: &retry.summary,
        }
    }
}
