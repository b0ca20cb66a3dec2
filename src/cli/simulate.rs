//! `simulate`: make, sign and send a delivery as the provider would.

use super::{Exit, Failure, shared};
use crate::config::{Options, SecretText};
use crate::provider::{Catalog, Provider, Scheme};
use crate::send::{Client, Edit, Outgoing, Simulation, Subject, Tamper, Target};
use crate::text;
use crate::verify::{DemoKey, Secret};
use crate::wire::Answer;

/// Make, sign and send a delivery as the provider would
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  hookglass simulate brighten                          its first event, to the listener on the default port
  hookglass simulate brighten recognition.created --to http://localhost:3000/hooks --secret env:BRIGHTEN_SECRET
  hookglass simulate brighten budget.low_balance --set data.object.points_total=500 --dry-run
  hookglass simulate brightback cancel --tamper body   what a handler must refuse
  hookglass simulate chargebee-retention health-check  a probe, by its title")]
pub(crate) struct SimulateArgs {
    /// Who sends: a name from `hookglass providers`
    provider: String,
    /// What is sent: an event or a probe from `hookglass providers PROVIDER` [default: its first event]
    event: Option<String>,
    /// Where it is sent [default: http://127.0.0.1:4665/PROVIDER]
    #[arg(long, value_name = "URL")]
    to: Option<Target>,
    /// What it is signed with: env:VAR, file:PATH or literal:TEXT; of a key pair the private one
    /// [default: HOOKGLASS_SECRET_<PROVIDER>, else a demo secret]
    #[arg(long, value_name = "SOURCE")]
    secret: Option<SecretText>,
    /// Change a value of the sample before it is signed; repeat it for several
    #[arg(long = "set", value_name = "PATH=VALUE")]
    edits: Vec<Edit>,
    /// Spoil the delivery
    #[arg(long, value_enum, value_name = "WHAT")]
    tamper: Option<Tamper>,
    /// Send it that many times, one after the other
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
    /// Print the request instead of sending it
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &SimulateArgs) -> Result<Exit, Failure> {
    let catalog = shared::catalog()?;
    let provider = shared::provider(&catalog, &args.provider)?;
    let subject = Subject::named(&provider, args.event.as_deref()).map_err(Failure::usage)?;
    let (secret, checks) = secret(args, &catalog, &provider, subject)?;
    let target = match &args.to {
        Some(target) => target.clone(),
        None => format!("http://127.0.0.1:4665/{}", provider.id).parse().map_err(Failure::usage)?,
    };
    let simulation =
        Simulation { provider: &provider, subject, edits: &args.edits, secret: secret.as_ref(), tamper: args.tamper };
    let outgoing = simulation.outgoing(&target).map_err(Failure::usage)?;
    if let Some(checks) = checks {
        super::complain(&format!(
            "signed with {}; to see it verified, listen with --secret {}=literal:{checks}",
            DemoKey::SOURCE,
            provider.id
        ));
    }
    if args.dry_run {
        return shared::print(request_text(&outgoing, &provider) + "\n").map(|()| Exit::Done);
    }
    send_all(args, &target, &outgoing)
}

/// The secret given, else one the listener would use, else a demo key where the provider always signs, with what checks it.
fn secret(
    args: &SimulateArgs,
    catalog: &Catalog,
    provider: &Provider,
    subject: Subject<'_>,
) -> Result<(Option<Secret>, Option<String>), Failure> {
    if let Some(written) = &args.secret {
        let own_name = format!("{}=", provider.id);
        let source = written.expose().strip_prefix(&own_name).unwrap_or(written.expose());
        let secret = Secret::read(source, &|name| std::env::var_os(name)).map_err(shared::unusable)?;
        return Ok((Some(secret), None));
    }
    let signs_with_pair =
        |scheme: &Scheme| scheme.signature().is_some_and(|signature| signature.algorithm.is_asymmetric());
    let settings = shared::settings(&Options::default(), None)?;
    // What the listener has of a key pair only checks.
    let usable = !provider.verify.iter().all(signs_with_pair);
    let configured =
        shared::secrets(catalog, &settings.secrets, None)?.of(&provider.id).next().filter(|_| usable).cloned();
    let signs_always = provider.signs() && provider.unsigned.is_none() && matches!(subject, Subject::Event(_));
    if configured.is_some() || !signs_always || args.tamper == Some(Tamper::Unsigned) {
        return Ok((configured, None));
    }
    let demo = provider.verify.iter().find_map(DemoKey::of).ok_or_else(|| {
        Failure::usage(format!(
            "{} signs with a private key: give one with --secret file:KEY.pem (PKCS #8), and its public key to whoever verifies",
            provider.id
        ))
    })?;
    Ok((Some(demo.signs), Some(demo.checks)))
}

/// The request as HTTP text, safe to print. Tokens and credentials are secrets as they stand, so they are left out.
fn request_text(outgoing: &Outgoing, provider: &Provider) -> String {
    let sent_as_is = |name: &str| {
        let mut schemes = provider.verify.iter();
        schemes.any(|scheme| scheme.sends_secret_in(name))
    };
    let head = &outgoing.head;
    let mut lines = vec![format!("{} {} {}", head.method(), head.target(), head.version())];
    lines.extend(head.headers().map(|header| match sent_as_is(header.name) {
        true => format!("{}: ‹the secret›", header.name),
        false => format!("{}: {}", header.name, text::visible_bytes(header.value)),
    }));
    lines.push(String::new());
    if !outgoing.body.is_empty() {
        lines.extend(outgoing.body.split(|byte| *byte == b'\n').map(|line| text::visible_bytes(line).into_owned()));
    }
    lines.join("\n")
}

fn send_all(args: &SimulateArgs, target: &Target, outgoing: &Outgoing) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::could_not_run)?;
    let client = Client::default();
    let mut exit = Exit::Done;
    for _ in 0..args.times {
        let answer = runtime
            .block_on(client.send(target, outgoing, &[]))
            .map_err(|failure| Failure::could_not_run(failure.message + hint(args)))?;
        shared::print(answer_text(&answer) + "\n")?;
        if !(200..300).contains(&answer.status) {
            exit = Exit::CheckFailed;
        }
    }
    Ok(exit)
}

fn answer_text(answer: &Answer) -> String {
    format!("{} in {}", answer.status, text::duration(answer.timing.total))
}

fn hint(args: &SimulateArgs) -> &'static str {
    if args.to.is_none() { ": start `hookglass` first, or say where with --to" } else { "" }
}
