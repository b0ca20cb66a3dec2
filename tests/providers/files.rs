//! The files are complete, and say what the documents say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use hookglass::config::{Act, ReplyBody};
use hookglass::json::Document;
use hookglass::provider::Catalog;

use crate::shared::{all_events, assets, event_names, names_in, provider, rust_files};

#[test]
fn every_folder_is_a_built_in_provider_and_the_other_way_round() {
    let catalog = Catalog::builtin();
    let known: Vec<_> = catalog.iter().map(|provider| provider.id.as_str().to_owned()).collect();
    assert_eq!(known, names_in(&assets(), |path| path.is_dir()));
}

#[test]
fn every_sample_file_is_named_by_an_event_and_the_other_way_round() {
    for provider in Catalog::builtin().iter() {
        let folder = assets().join(provider.id.as_str()).join("samples");
        let mut files = BTreeMap::new();
        for name in names_in(&folder, Path::is_file) {
            files.insert(fs::read(folder.join(&name)).unwrap(), name);
        }
        for event in &provider.events {
            let file = files.remove(&event.sample.body[..]);
            assert!(file.is_some() || event.sample.method == "GET", "{}: {} has no sample", provider.id, event.name);
        }
        for probe in &provider.probes {
            files.remove(&probe.sample.body[..]);
        }
        assert!(files.is_empty(), "{}: no event names {:?}", provider.id, files.values());
    }
}

#[test]
fn the_catalogues_are_complete() {
    let cases: [(&str, &[&str]); 5] = [
        (
            "brightback",
            &["page_loaded", "deflect", "cancel", "send_email", "link", "chat", "offer", "save", "watch_list"],
        ),
        (
            "chargebee-retention",
            &[
                "page_loaded",
                "modal_opened",
                "deflect",
                "cancel",
                "send_email",
                "link",
                "chat",
                "offer",
                "save",
                "nevermind",
                "accepted_la_offer",
                "accepted_modal_offer",
            ],
        ),
        (
            "brighten",
            &[
                "recognition.created",
                "recognition.updated",
                "recognition.deleted",
                "user.created",
                "user.updated",
                "user.deleted",
                "user.points.updated",
                "reward.created",
                "reward.updated",
                "reward.redeemed",
                "redemption.fulfilled",
                "redemption.cancelled",
                "team.created",
                "team.updated",
                "team.member.added",
                "team.member.removed",
                "budget.low_balance",
                "budget.depleted",
                "budget.refilled",
            ],
        ),
        (
            "esputnik",
            &[
                "DELIVERED",
                "UNDELIVERED",
                "READ",
                "UNSUBSCRIBED",
                "CLICKED",
                "SPAM",
                "SUBSCRIPTION_CHANGED",
                "workflow_get",
                "workflow_json",
                "workflow_xml",
                "workflow_text",
            ],
        ),
        ("raaft", &["canceled", "saved", "aborted", "error"]),
    ];
    for (name, events) in cases {
        assert_eq!(event_names(&provider(name)), events, "{name}");
    }
}

#[test]
fn names_that_a_document_does_not_print_are_marked() {
    let undocumented = |name: &str| -> Vec<String> {
        let provider = provider(name);
        provider.events.iter().filter(|event| !event.documented).map(|event| event.name.to_string()).collect()
    };
    assert_eq!(
        undocumented("chargebee-retention"),
        ["modal_opened", "nevermind", "accepted_la_offer", "accepted_modal_offer"]
    );
    assert_eq!(undocumented("esputnik"), ["workflow_get", "workflow_json", "workflow_xml", "workflow_text"]);
    assert!(undocumented("brighten").is_empty());
}

#[test]
fn every_provider_says_all_that_people_read() {
    for provider in Catalog::builtin().iter() {
        let id = &provider.id;
        assert!(provider.docs.as_ref().is_some_and(|docs| docs.starts_with("https://")), "{id}");
        assert!(!provider.title.is_empty() && !provider.retry.summary.is_empty(), "{id}");
        assert!(provider.reply.note.is_some(), "{id}");
        let titles: BTreeSet<_> = provider.events.iter().map(|event| &event.title).collect();
        assert_eq!(titles.len(), provider.events.len(), "{id}: two events share a title");
        for text in provider.events.iter().flat_map(|event| [&event.title, &event.meaning]) {
            assert!(text.starts_with(char::is_uppercase), "{id}: {text}");
        }
    }
}

#[test]
fn retries_are_those_of_the_documents() {
    let minutes = |list: &[u64]| list.iter().map(|minutes| Duration::from_secs(minutes * 60)).collect::<Vec<_>>();
    assert_eq!(provider("brighten").retry.delays, minutes(&[1, 5, 30, 120, 1440]));
    assert_eq!(provider("brighten").retry.timeout, Some(Duration::from_secs(30)));
    assert_eq!(provider("esputnik").retry.delays, minutes(&[1, 2, 4, 8]));
    for name in ["brightback", "chargebee-retention", "raaft"] {
        assert_eq!(provider(name).retry.delays, [], "{name}: its document gives no delays");
        assert_eq!(provider(name).retry.timeout, None, "{name}: its document gives no timeout");
    }
}

#[test]
fn answers_worth_trying_bring_about_what_the_documents_say() {
    let json = |status: u16, body: &str| format!("{status} header=Content-Type:application/json body={body}");
    let text = |replies: &[&str]| replies.iter().map(|reply| (*reply).to_owned()).collect::<Vec<_>>();
    let brighten = [text(&["500", "500 next=1", "500 next=5", "200 delay=31s"]), vec![json(401, BAD_SIGNATURE)]];
    let esputnik =
        [text(&["500", "204"]), vec![json(200, "{\"promocode\":\"SPRING-25\"}"), json(200, "[{\"id\":1042}]")]];
    let cases = [
        ("brighten", brighten.concat()),
        ("brightback", text(&["301"])),
        ("chargebee-retention", text(&["500 next=2", "302", "410", "429"])),
        ("esputnik", esputnik.concat()),
        ("raaft", text(&["200", "500"])),
    ];
    for (name, replies) in cases {
        let presets = provider(name).reply.presets.clone();
        assert_eq!(presets.iter().map(|preset| preset.reply.to_string()).collect::<Vec<_>>(), replies, "{name}");
    }
}

/// What Brighten's own example answers to a signature that does not match.
const BAD_SIGNATURE: &str = "{\"error\":\"Invalid signature\"}";

#[test]
fn answers_worth_trying_fit_the_menu_and_read_no_files() {
    for provider in Catalog::builtin().iter() {
        for preset in &provider.reply.presets {
            assert!((1..=53).contains(&preset.title.chars().count()), "{}: {}", provider.id, preset.title);
            let Act::Answer { body, .. } = &preset.reply.act else { continue };
            assert!(!matches!(body, Some(ReplyBody::File(_))), "{}: {}", provider.id, preset.reply);
        }
    }
}

/// Providers whose names the program uses as words of its own: a command, and the end of a text.
const ALSO_WORDS: [&str; 2] = ["resend", "line"];

#[test]
fn no_provider_is_named_in_code() {
    let names: Vec<_> = Catalog::builtin().iter().map(|provider| provider.id.as_str().to_owned()).collect();
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        // Help texts show commands that work, so they name a provider: what they name is not what the code does.
        for name in names.iter().filter(|name| !ALSO_WORDS.contains(&name.as_str())) {
            assert!(!code.contains(&format!("\"{name}\"")), "{} names {name}", file.display());
        }
    }
}

#[test]
fn samples_that_say_they_are_json_are() {
    for (provider, event) in all_events(&Catalog::builtin()) {
        if event.sample.content_type == "application/json" {
            let parsed = Document::parse(event.sample.body.clone());
            assert!(parsed.is_ok(), "{} {}: {parsed:?}", provider.id, event.name);
        }
    }
}
