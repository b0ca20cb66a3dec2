//! `verify`: the verdicts of `listen`, offline and with more time to explain a failure.

mod parts;

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::recording::{self, Format};
use super::{Exit, Failure, shared};
use crate::config::{Options, SecretText};
use crate::provider::Provider;
use crate::record::ndjson;
use crate::report::Lines;
use crate::store::{Capture, Conclusion, Judging, Knowledge};
use crate::text;
use crate::verify::{Effort, Recipe, Status, recipes};
use parts::PartsArgs;

/// Give verdicts: for a recording, or for one delivery given by its parts
///
/// Exits 0 only if every delivery is verified. Probes and refused requests carry nothing to verify and do not count.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass verify captured.ndjson
  hookglass verify --provider brighten --secret env:BRIGHTEN_SECRET --body body.json \\
      --header \"X-Brighten-Signature: $SIGNATURE\"
  hookglass listen --format ndjson --count 5 | hookglass verify - --format ndjson")]
pub(crate) struct VerifyArgs {
    /// A recording (ndjson); - reads standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    parts: PartsArgs,
    /// Take every delivery to come from this provider, without detection
    #[arg(long, value_name = "NAME", env = "HOOKGLASS_PROVIDER")]
    provider: Option<String>,
    /// Take every delivery to be signed by this scheme, such as hmac-sha256:hex:X-Signature
    #[arg(long, value_name = "SCHEME", env = "HOOKGLASS_SCHEME", conflicts_with = "provider")]
    scheme: Option<String>,
    /// How far a signed timestamp may be off [default: what the provider says]
    #[arg(long, value_name = "DURATION", value_parser = text::parse_duration)]
    tolerance: Option<Duration>,
    /// The time that timestamps are compared with, in seconds since 1970 or RFC 3339 [default: when it was received]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
    /// A provider's secret: [PROVIDER=]env:VAR, file:PATH or literal:TEXT; repeat it for several
    #[arg(long = "secret", value_name = "[PROVIDER=]SOURCE")]
    secrets: Vec<SecretText>,
    /// Read settings from this file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where bodies were changed before they were hashed, show how this stack hashes them as they came
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(recipes().iter().map(|it| it.name.as_str())))]
    stack: Option<String>,
    /// What verdicts are written as
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    if args.file.is_none() && args.parts.are_absent() {
        let wanted = "give a recording (FILE, or - for standard input), or one delivery by its parts (--body FILE, --header 'Name: value')";
        return Err(Failure::usage(wanted));
    }
    let options = Options {
        provider: args.provider.clone().or_else(|| args.scheme.as_ref().map(|_| Provider::GENERIC.to_owned())),
        scheme: args.scheme.clone(),
        tolerance: args.tolerance,
        secrets: args.secrets.clone(),
        ..Options::default()
    };
    let mut settings = shared::settings(&options, args.config.as_ref())?;
    if args.parts.url().is_some() {
        // The URL of this very delivery is given, whatever holds for its path.
        settings.endpoints.iter_mut().for_each(|endpoint| endpoint.public_url = None);
    }
    let out = BufWriter::new(io::stdout().lock());
    let lines = Lines { zone: TimeZone::system(), colour: false };
    let configured = || settings.public_url.as_ref().map(|url| url.as_str().to_owned());
    let public_url = args.parts.url().or_else(configured).map(String::into_boxed_str);
    let judging = Judging { now: args.now, public_url, tolerance: settings.tolerance };
    let knowledge = shared::knowledge_judging(&settings, judging)?;
    let mut judge = Judge { knowledge, format: args.format, lines, out, sum: Sum::default(), bytes_changed: false };
    match &args.file {
        Some(file) => recording::read(file, |capture| judge.capture(capture))?,
        None => judge.capture(alone(args.parts.delivery(settings.max_body)?))?,
    }
    judge.end(args)
}

/// A time as `--now` takes it.
fn moment(text: &str) -> Result<Timestamp, String> {
    let seconds = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    seconds.or_else(|| text.parse().ok()).ok_or_else(|| "expected 1700000000 or 2026-01-31T12:00:00Z".to_owned())
}

/// A capture of no run, before anything is concluded.
fn alone(delivery: crate::wire::Delivery) -> Capture {
    Capture::new(delivery, Conclusion::unknown(), None)
}

/// Gives verdicts, and keeps count of them.
struct Judge<W: Write> {
    knowledge: Knowledge,
    format: Format,
    lines: Lines,
    out: W,
    sum: Sum,
    /// Whether a failure would not have been, had the bytes been hashed as they came.
    bytes_changed: bool,
}

impl<W: Write> Judge<W> {
    fn capture(&mut self, mut capture: Capture) -> Result<(), Failure> {
        if capture.refused.is_none() {
            capture.conclusion = self.knowledge.conclude_with(&capture.delivery, Effort::Thorough);
        }
        self.sum.count(&capture);
        if is_due(&capture) {
            self.bytes_changed |= capture.status().and_then(Status::cause).is_some_and(Recipe::prevents);
        }
        let written = match self.format {
            Format::Text => self.explain(&capture),
            Format::Ndjson => ndjson::write(&mut self.out, &capture),
        };
        shared::written(written)
    }

    fn explain(&mut self, capture: &Capture) -> io::Result<()> {
        self.lines.write(&mut self.out, capture)?;
        if capture.refused.is_some() {
            return Ok(());
        }
        let verdict = &capture.conclusion.verdict;
        writeln!(self.out, "    {}", text::visible(&verdict.explanation))?;
        match &verdict.fix {
            Some(fix) => writeln!(self.out, "    {}", text::visible(fix)),
            None => Ok(()),
        }
    }

    /// How a stack hashes the bytes as they came.
    fn recipe(&mut self, stack: Option<&str>) -> io::Result<()> {
        let recipe = recipes().iter().find(|recipe| stack.is_none_or(|name| recipe.name == name));
        let Some(Recipe { title, hint, code, .. }) = recipe else { return Ok(()) };
        let another = if stack.is_none() { " (--stack shows another)" } else { "" };
        writeln!(self.out, "\n  The bytes as they came, in {title}{another}\n  {hint}")?;
        code.lines().try_for_each(|line| writeln!(self.out, "  {}", format!("  {line}").trim_end()))?;
        writeln!(self.out)
    }

    fn end(mut self, args: &VerifyArgs) -> Result<Exit, Failure> {
        if matches!(self.format, Format::Text) {
            if self.bytes_changed {
                shared::written(self.recipe(args.stack.as_deref()))?;
            }
            if args.file.is_some() {
                shared::written(writeln!(self.out, "{}", self.sum))?;
            }
        }
        shared::written(self.out.flush())?;
        Ok(if self.sum.is_all_verified() { Exit::Done } else { Exit::CheckFailed })
    }
}

/// How many captures there are of each status, in the order in which they came up; and those that do not count.
#[derive(Default)]
struct Sum {
    due: Vec<(&'static str, usize)>,
    probes: usize,
    refused: usize,
}

impl Sum {
    fn count(&mut self, capture: &Capture) {
        match capture.status() {
            None => self.refused += 1,
            Some(_) if !is_due(capture) => self.probes += 1,
            Some(status) => {
                let known = self.due.iter_mut().find(|(name, _)| *name == status.as_str());
                match known {
                    Some((_, count)) => *count += 1,
                    None => self.due.push((status.as_str(), 1)),
                }
            }
        }
    }

    fn verified(&self) -> usize {
        let verified = self.due.iter().find(|(name, _)| *name == Status::Verified.as_str());
        verified.map_or(0, |(_, count)| *count)
    }

    fn is_all_verified(&self) -> bool {
        self.verified() > 0 && self.due.len() == 1
    }
}

/// `2 of 4 verified (1 failed, 1 unknown); 1 probe and 2 refused do not count`.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let due: usize = self.due.iter().map(|(_, count)| count).sum();
        write!(f, "{} of {due} verified", self.verified())?;
        let others = self.due.iter().filter(|(name, _)| *name != Status::Verified.as_str());
        let others: Vec<_> = others.map(|(name, count)| format!("{count} {}", name.replace('_', " "))).collect();
        if !others.is_empty() {
            write!(f, " ({})", others.join(", "))?;
        }
        let probes = (self.probes > 0).then(|| text::count(self.probes, "probe", "probes"));
        let refused = (self.refused > 0).then(|| format!("{} refused", self.refused));
        let uncounted: Vec<_> = probes.into_iter().chain(refused).collect();
        let verb = if self.probes + self.refused == 1 { "does" } else { "do" };
        match uncounted.is_empty() {
            true => Ok(()),
            false => write!(f, "; {} {verb} not count", uncounted.join(" and ")),
        }
    }
}

/// Whether a capture has to be verified for the whole to be.
fn is_due(capture: &Capture) -> bool {
    let is_harmless_probe = capture.conclusion.probe.is_some() && !capture.is_failed();
    capture.refused.is_none() && !is_harmless_probe
}
