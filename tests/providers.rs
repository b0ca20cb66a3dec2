//! The providers' files and the code agree, both ways; and files of a user's own do what the built-in ones do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hookglass::json::Document;
use hookglass::provider::{Catalog, Detection, Event, EventType, Provider, ProviderId, Reading, Sample};
use hookglass::verify::{Secret, Secrets, Status, check};
use hookglass::wire::{Delivery, Extent, Head, Version};
use serde::Deserialize;

// ---------------------------------------------------------------- the files

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
fn no_provider_is_named_in_code() {
    let names: Vec<_> = Catalog::builtin().iter().map(|provider| provider.id.as_str().to_owned()).collect();
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        // Help texts show commands that work, so they name a provider: what they name is not what the code does.
        for name in &names {
            assert!(!code.contains(&format!("\"{name}\"")), "{} names {name}", file.display());
        }
    }
}

// ---------------------------------------------------------------- detection and events

#[test]
fn every_sample_is_detected_and_yields_its_own_event() {
    let catalog = Catalog::builtin();
    for (provider, event) in all_events(&catalog) {
        let delivery = as_sent(&provider, &event.sample);
        let document = document(&delivery);
        let detection = Detection::of(&catalog, &delivery, document.as_ref());
        let best: Vec<_> = detection.best().iter().map(|candidate| &candidate.provider.id).collect();
        assert!(best.contains(&&provider.id), "{} {}: taken for {best:?}", provider.id, event.name);
        let Reading::Events(events) = Reading::of(&provider, &delivery, document.as_ref()) else {
            panic!("{} {} is no probe", provider.id, event.name)
        };
        assert!(!events.is_empty(), "{} {}", provider.id, event.name);
        for Event { kind, .. } in events {
            let kind = kind.unwrap();
            assert_eq!(kind, event.name, "{}", provider.id);
            assert!(Arc::ptr_eq(&kind, &event.name), "{kind} is not shared with the catalogue");
        }
    }
}

#[test]
fn events_that_are_documented_are_dated_and_tied_to_someone() {
    let catalog = Catalog::builtin();
    for (provider, event) in all_events(&catalog).filter(|(_, event)| event.when.is_none()) {
        let delivery = as_sent(&provider, &event.sample);
        for event in events(&provider, &delivery) {
            assert!(event.at.is_some() && event.flow.is_some(), "{}: {event:?}", provider.id);
            assert_eq!(event.id.is_none(), provider.event.id.is_none(), "{}: {event:?}", provider.id);
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

#[test]
fn a_payload_that_tells_its_sender_needs_no_header() {
    let cases = [
        ("brightback", "cancel", "brightback"),
        ("brightback", "watch_list", "brightback"),
        ("chargebee-retention", "cancel", "chargebee-retention"),
        ("chargebee-retention", "nevermind", "chargebee-retention"),
        ("chargebee-retention", "accepted_la_offer", "chargebee-retention"),
        ("brighten", "team.created", "brighten"),
        ("esputnik", "READ", "esputnik"),
        ("raaft", "aborted", "raaft"),
    ];
    for (name, event, expected) in cases {
        let sample = provider(name).event_type(event).unwrap().sample.clone();
        assert_eq!(senders(&delivery("POST", "/", &[], sample.body)), [expected], "{name} {event}");
    }
}

#[test]
fn a_payload_that_two_may_have_sent_is_a_tie() {
    let sample = provider("brightback").event_type("page_loaded").unwrap().sample.clone();
    let headers = [("X-Hub-Signature", "0000000000000000000000000000000000000000")];
    assert_eq!(senders(&delivery("POST", "/", &headers, sample.body)), ["brightback", "chargebee-retention"]);
}

#[test]
fn what_others_send_is_nobody_s() {
    let intercom = r#"{"type":"notification_event","app_id":"a86dr8yl","data":{"type":"notification_event_data","item":{"type":"conversation","id":"1"}},
        "id":"notif_1","topic":"conversation.user.created","delivery_status":"pending","delivery_attempts":1,"created_at":1713,"first_sent_at":1713}"#;
    let stripe = r#"{"id":"evt_1","object":"event","type":"customer.created","api_version":"2026-01-01","data":{"object":{},"previous_attributes":{}}}"#;
    let sha1 = ("X-Hub-Signature", "sha1=0000000000000000000000000000000000000000");
    let cases: [(&str, &[(&str, &str)], &str); 9] = [
        ("POST", &[sha1, ("X-GitHub-Event", "ping")], r#"{"action":"opened","zen":"…"}"#),
        ("POST", &[sha1], intercom),
        ("POST", &[("Stripe-Signature", "t=1,v1=00")], stripe),
        ("POST", &[("Content-Type", "text/plain")], "hello"),
        ("POST", &[], r#"{"outcome":"saved"}"#),
        ("POST", &[], r#"[{"activityStatus":"READ"}]"#),
        ("POST", &[], "[]"),
        ("GET", &[], ""),
        ("OPTIONS", &[("Origin", "https://example.com"), ("Access-Control-Request-Method", "POST")], ""),
    ];
    for (method, headers, body) in cases {
        assert_eq!(senders(&delivery(method, "/", headers, body)), [""; 0], "{method} {body}");
    }
}

#[test]
fn a_candidate_says_why_it_is_one() {
    let delivery = delivery("POST", "/hooks/Brighten", &[("X-Brighten-Signature", "00")], r#"{"object":"event"}"#);
    let detection = Detection::of(&Catalog::builtin(), &delivery, document(&delivery).as_ref());
    let [candidate] = detection.best() else { panic!("{detection:?}") };
    let reasons: Vec<_> = candidate.reasons().map(ToString::to_string).collect();
    assert_eq!(reasons, ["header X-Brighten-Signature", "body key object is event", "path with “brighten”"]);
    assert_eq!(candidate.score, 145);
}

#[test]
fn probes_are_told_from_deliveries() {
    let esputnik = "/hooks/esputnik";
    let cases: [(&str, &str, &str, &[(&str, &str)], Option<&str>); 8] = [
        ("esputnik", "GET", esputnik, &[], Some("URL check")),
        ("esputnik", "GET", "/hooks/esputnik?email=a%40b.example", &[], None),
        ("esputnik", "GET", esputnik, &[("authorization", "Bearer x")], None),
        ("esputnik", "GET", esputnik, &[("x-api-key", "x")], None),
        ("esputnik", "POST", esputnik, &[], None),
        ("chargebee-retention", "OPTIONS", "/", &[], Some("health check")),
        ("chargebee-retention", "OPTIONS", "/", &[("Access-Control-Request-Method", "POST")], None),
        ("chargebee-retention", "POST", "/", &[], None),
    ];
    for (name, method, target, headers, expected) in cases {
        let reading = Reading::of(&provider(name), &delivery(method, target, headers, ""), None);
        let probe = match &reading {
            Reading::Probe(title) => Some(title.as_str()),
            Reading::Events(_) => None,
        };
        assert_eq!(probe, expected, "{name} {method} {target} {headers:?}");
    }
    assert_eq!(senders(&delivery("OPTIONS", "/", &[], "")), ["chargebee-retention"]);
    assert_eq!(senders(&delivery("GET", esputnik, &[], "")), ["esputnik"]);
}

#[test]
fn the_parts_of_an_event_are_read_where_the_provider_puts_them() {
    let parts = |name: &str, event: &str| {
        let provider = provider(name);
        let delivery = as_sent(&provider, &provider.event_type(event).unwrap().sample);
        let first = events(&provider, &delivery).remove(0);
        (first.id.map(String::from), first.attempt, first.at.unwrap().to_string(), first.flow.map(String::from))
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(parts("brightback", "save").1, Some(2));
    assert_eq!(parts("brightback", "save").3, text("q7Zt41bXnE"));
    assert_eq!(parts("chargebee-retention", "cancel").2, "2026-05-12T05:52:19Z");
    assert_eq!(parts("brighten", "recognition.created").3, text("user_abc123"));
    assert_eq!(parts("esputnik", "READ").2, "2026-05-15T04:05:53Z", "a time without a zone is UTC");
    assert_eq!(parts("esputnik", "READ").3, text("1258810400"), "an id may be a number");
    assert_eq!(parts("raaft", "saved"), (None, None, "2026-10-07T08:10:07.558Z".into(), text("cus_R1nT8wYq2LbVxe")));
}

#[test]
fn a_batch_is_as_many_events_and_a_huge_one_is_bounded() {
    let esputnik = provider("esputnik");
    let batch = |body: String| events(&esputnik, &delivery("POST", "/", &[], body));
    assert_eq!(
        batch(r#"[{"activityStatus":"READ"},{},7,{"activityStatus":"SPAM"},{"activityStatus":"NEW"}]"#.into()).len(),
        3
    );
    let huge = format!("[{}]", vec![r#"{"activityStatus":"READ"}"#; Reading::MAX_EVENTS + 5].join(","));
    assert_eq!(batch(huge).len(), Reading::MAX_EVENTS);
    let long = format!(r#"[{{"activityStatus":"READ","iid":"{}"}}]"#, "x".repeat(2000));
    assert_eq!(batch(long)[0].id, None);
}

#[test]
fn a_type_the_catalogue_lacks_is_kept_as_sent() {
    let body = r#"{"type":"recognition.liked","id":"evt_1"}"#;
    let read = events(&provider("brighten"), &delivery("POST", "/", &[], body));
    assert_eq!(read[0].kind.as_deref(), Some("recognition.liked"));
}

#[test]
fn a_body_that_says_nothing_has_no_events() {
    for body in ["", "{}", "[]", "null", "not json", r#"{"type":null,"id":""}"#] {
        assert_eq!(events(&provider("brighten"), &delivery("POST", "/", &[], body)), [], "{body}");
    }
}

// ---------------------------------------------------------------- known-good requests

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    vector: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    secret: String,
    sample: Option<String>,
    body: Option<String>,
    method: Option<String>,
    scheme: String,
    headers: BTreeMap<String, String>,
}

#[test]
fn every_known_good_request_verifies_and_no_other_secret_does() {
    for provider in Catalog::builtin().iter() {
        let folder = assets().join(provider.id.as_str());
        let vectors: Vectors = toml::from_str(&fs::read_to_string(folder.join("vectors.toml")).unwrap()).unwrap();
        let schemes: BTreeSet<_> = vectors.vector.iter().map(|vector| &*vector.scheme).collect();
        assert_eq!(schemes, provider.verify.iter().map(|scheme| scheme.name()).collect(), "{}", provider.id);
        for vector in vectors.vector {
            let body = match (&vector.sample, &vector.body) {
                (Some(file), None) => fs::read(folder.join("samples").join(file)).unwrap(),
                (None, Some(text)) => text.clone().into_bytes(),
                _ => panic!("{}: one of sample and body", vector.name),
            };
            let headers: Vec<_> = vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let delivery = delivery(vector.method.as_deref().unwrap_or("POST"), "/", &headers, body);
            let verdict = |secret: &str| check(provider, &delivery, &secrets(&provider.id, secret));
            let right = verdict(&vector.secret);
            assert_eq!(right.status, Status::Verified, "{}: {}: {right:?}", provider.id, vector.name);
            assert_eq!(right.scheme, Some(vector.scheme.as_str()), "{}: {}", provider.id, vector.name);
            let wrong = verdict("another secret").status;
            assert!(matches!(wrong, Status::Failed(_)), "{}: {}: {wrong:?}", provider.id, vector.name);
        }
    }
}

// ---------------------------------------------------------------- files of a user's own

#[test]
fn a_layer_changes_what_it_says_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "brighten/provider.toml",
        r#"
        title = "Brighten at work"
        [retry]
        timeout = "5s"
        [[events]]
        type = "user.created"
        title = "Hello"
        [[events]]
        type = "user.waved"
        "#,
    );
    write(folder.path(), "brighten/samples/user.waved.json", r#"{"type":"user.waved"}"#);
    let (below, over) = (provider("brighten"), layered(folder.path(), "brighten"));
    assert_eq!(over.title, "Brighten at work");
    assert_eq!((over.retry.timeout, &over.retry.delays), (Some(Duration::from_secs(5)), &below.retry.delays));
    assert_eq!((&over.detect, &over.verify, &over.docs), (&below.detect, &below.verify, &below.docs));
    let changed = over.event_type("user.created").unwrap();
    let original = below.event_type("user.created").unwrap();
    assert_eq!((&*changed.title, &changed.meaning, &changed.sample), ("Hello", &original.meaning, &original.sample));
    let mut names = event_names(&below);
    names.push("user.waved".into());
    assert_eq!(event_names(&over), names);
    assert_eq!(over.event_type("user.waved").unwrap().sample.body, r#"{"type":"user.waved"}"#);
}

#[test]
fn higher_folders_lie_over_lower_ones_and_missing_ones_are_empty() {
    let (lower, higher) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(lower.path(), "acme/provider.toml", "title = \"Acme\"\ndocs = \"https://acme.example\"");
    write(higher.path(), "acme/provider.toml", "title = \"ACME\"");
    let folders = [lower.path().to_owned(), lower.path().join("nothing"), higher.path().to_owned()];
    let catalog = Catalog::layered(&folders).unwrap();
    let acme = catalog.get("acme").unwrap();
    assert_eq!((acme.title.as_str(), acme.docs.as_deref()), ("ACME", Some("https://acme.example")));
    assert_eq!(catalog.iter().count(), Catalog::builtin().iter().count() + 1);
    assert_eq!(catalog.nearest("acmee"), Some("acme"));
}

#[test]
fn a_new_provider_can_do_all_that_a_built_in_one_can() {
    let folder = tempfile::tempdir().unwrap();
    let readme = fs::read_to_string(assets().join("README.md")).unwrap();
    let example = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    write(folder.path(), "acme/provider.toml", example);
    let catalog = Catalog::layered(&[folder.path().to_owned()]).unwrap();
    let acme = catalog.get("acme").unwrap();
    let headers = [("X-Acme-Signature", "v1=00"), ("X-Acme-Event", "order.paid"), ("X-Acme-Attempt", "3")];
    let delivery =
        delivery("POST", "/?shop=7", &headers, r#"{"items":[{"id":12345678901234567890,"at":"2026-01-02 03:04:05"}]}"#);
    assert_eq!(Detection::of(&catalog, &delivery, document(&delivery).as_ref()).best()[0].provider.id.as_str(), "acme");
    let read = events(acme, &delivery);
    let [event] = &read[..] else { panic!("{read:?}") };
    assert_eq!(event.kind.as_deref(), Some("order.paid"));
    assert_eq!((event.id.as_deref(), event.attempt), (Some("12345678901234567890"), Some(3)));
    assert_eq!((event.at.unwrap().to_string(), event.flow.as_deref()), ("2026-01-02T03:04:05Z".into(), Some("7")));
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let cases = [
        ("titel = \"Acme\"", (1, 1), "unknown field `titel`"),
        ("titel = \"Acme\"", (1, 1), "did you mean `title`?"),
        ("[retry]\ndelays = [\"1m\", \"soon\"]", (2, 17), "soon"),
        (
            "[[verify]]\nscheme = \"hmac\"\nheader = \"X\"\nhash = \"sha265\"\nencoding = \"hex\"",
            (4, 8),
            "did you mean `sha256`?",
        ),
        ("[[verify]]\nscheme = \"token\"\nheader = \"X\"\nhash = \"sha1\"", (4, 1), "unknown field `hash`"),
        ("[[verify]]\nscheme = \"hmac\"\nhash = \"sha1\"\nencoding = \"hex\"", (1, 1), "missing field `header`"),
        ("detect = [{ header = \"X\", path = \"x\", weight = 5 }]", (1, 11), "one of `header`, `body`"),
        ("detect = [{ header = \"X\", weight = 500 }]", (1, 27), "from 1 to 100"),
        ("detect = [{ header = \"X Y\", weight = 5 }]", (1, 22), "cannot be the name of a header"),
        ("[event]\ntype = \"data..type\"", (2, 8), "`data..type` is not a path"),
        ("[event]\ntype = 5", (2, 8), "a path in the body"),
        ("[[events]]\ntitle = \"é\"\n", (1, 1), "missing field `type`"),
        ("[[events]]\ntype = \"a\"\nsample = \"none.json\"", (3, 10), "there is no `samples/none.json`"),
        ("title = \"é\" x", (1, 13), ""),
        ("title = ", (1, 9), ""),
    ];
    for (source, place, what) in cases {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "acme/provider.toml", source);
        let error = Catalog::layered(&[folder.path().to_owned()]).unwrap_err();
        assert_eq!(error.place, Some(place), "{source}: {error}");
        assert!(error.what.contains(what), "{source}: {error}");
        assert!(error.to_string().contains(&format!("provider.toml:{}:{}: ", place.0, place.1)), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_without_a_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let error = Catalog::layered(&[folder.path().to_owned()]).unwrap_err().to_string();
    assert!(
        error.ends_with("empty/provider.toml: a provider's folder holds such a file, and it is missing"),
        "{error}"
    );

    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "My Shop/provider.toml", "");
    let error = Catalog::layered(&[folder.path().to_owned()]).unwrap_err().to_string();
    assert!(error.contains("lower-case letters, digits and `-`"), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme/provider.toml");
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, b"title = \"a\"\n# \xff").unwrap();
    assert_eq!(Catalog::check(&file).unwrap_err().place, Some((2, 3)));
}

#[test]
fn one_file_is_checked_over_the_built_in_provider_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "raaft/provider.toml", "title = \"Mine\"");
    let checked = Catalog::check(&folder.path().join("raaft/provider.toml")).unwrap();
    assert_eq!((checked.title.as_str(), checked.events.len()), ("Mine", 4));
}

// ---------------------------------------------------------------- the command

#[test]
fn the_list_has_a_line_for_each_and_its_columns_are_aligned() {
    let (status, stdout, _) = providers(&[]);
    assert_eq!(status, 0);
    let expected = "\
brightback           Brightback           hmac-sha1                     9 events
brighten             Brighten             hmac-sha256                   19 events
chargebee-retention  Chargebee Retention  hmac-sha1                     12 events
esputnik             eSputnik             basic, bearer, api_key, none  11 events
raaft                Raaft                token                         4 events
";
    assert_eq!(stdout, expected);
}

#[test]
fn scripts_get_an_object_a_provider() {
    let (_, all, _) = providers(&["--format", "ndjson"]);
    assert_eq!(all.lines().count(), 5);
    let (_, one, _) = providers(&["raaft", "--format", "ndjson"]);
    assert_eq!(
        one,
        r#"{"name":"raaft","title":"Raaft","scheme":"token","events":[{"type":"canceled","title":"Canceled"},{"type":"saved","title":"Saved"},{"type":"aborted","title":"Aborted"},{"type":"error","title":"Error"}],"retry":{"delays_ms":[],"timeout_ms":null,"success":"200","on":[],"stops":null,"summary":"It tries again unless it hears a 200; how often and when is not documented."}}
"#
    );
}

#[test]
fn the_page_of_a_provider_holds_what_a_handler_s_author_needs() {
    let (status, page, _) = providers(&["chargebee-retention"]);
    assert_eq!(status, 0);
    for part in [
        "https://www.chargebee.com/docs/retention/using-webhooks.html",
        "HMAC-SHA1 of the raw body, as lower-case hex in X-Hub-Signature, bare or behind `sha1=`.",
        "HOOKGLASS_SECRET_CHARGEBEE_RETENTION",
        "Events (12)",
        "modal_opened *",
        "health check (OPTIONS",
        "on 410",
        "hookglass simulate chargebee-retention page_loaded --to http://127.0.0.1:4665",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn an_unknown_name_is_one_line_with_the_nearest() {
    let expected = "hookglass: no provider is called `brigthen`: did you mean `brighten`?\n";
    assert_eq!(providers(&["brigthen"]), (2, String::new(), expected.to_owned()));
}

#[test]
fn a_file_is_checked_without_being_installed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme/provider.toml");
    write(folder.path(), "acme/provider.toml", "title = \"Acme\"\n[[verify]]\nscheme = \"bearer\"\n");
    let (status, stdout, _) = providers(&["--check", file.to_str().unwrap()]);
    assert_eq!((status, stdout), (0, format!("{}: acme (Acme), bearer, 0 events\n", file.display())));
    write(folder.path(), "acme/provider.toml", "title = \"Acme\"\n[replay]\n");
    let (status, _, stderr) = providers(&["--check", file.to_str().unwrap()]);
    assert_eq!(status, 2);
    assert!(stderr.contains("provider.toml:2:2: unknown field `replay`"), "{stderr}");
    assert_eq!(providers(&["--check", "/nowhere/acme/provider.toml"]).0, 3);
}

/// Exit code, stdout and stderr of `hookglass providers`, with no provider of a user's own.
fn providers(args: &[&str]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hookglass"))
        .arg("providers")
        .args(args)
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

// ---------------------------------------------------------------- what the tests share

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/providers")
}

fn names_in(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| is_wanted(path));
    let mut names: Vec<_> = entries.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn provider(name: &str) -> Arc<Provider> {
    Catalog::builtin().get(name).unwrap().clone()
}

fn layered(folder: &Path, name: &str) -> Arc<Provider> {
    Catalog::layered(&[folder.to_owned()]).unwrap().get(name).unwrap().clone()
}

fn event_names(provider: &Provider) -> Vec<String> {
    provider.events.iter().map(|event| event.name.to_string()).collect()
}

fn all_events(catalog: &Catalog) -> impl Iterator<Item = (Arc<Provider>, EventType)> {
    let providers: Vec<_> = catalog.iter().cloned().collect();
    providers.into_iter().flat_map(|provider| {
        provider.events.clone().into_iter().map(move |event| (provider.clone(), event)).collect::<Vec<_>>()
    })
}

/// A delivery with that body, sent to a path that names the provider, as `simulate` sends it but for the signature.
fn as_sent(provider: &Provider, sample: &Sample) -> Delivery {
    let target = match sample.query.as_str() {
        "" => format!("/hooks/{}", provider.id),
        query => format!("/hooks/{}?{query}", provider.id),
    };
    delivery(&sample.method, &target, &[("Content-Type", sample.content_type.as_str())], sample.body.clone())
}

fn delivery(method: &str, target: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Delivery {
    let mut head = Head::build(method, target, Version::Http11).header("Host", "localhost");
    for (name, value) in headers {
        head.push(name, value.as_bytes());
    }
    Delivery {
        received_at: "2026-11-20T17:00:00Z".parse().unwrap(),
        peer: None,
        head: head.finish(),
        body: body.into(),
        extent: Extent::Whole,
    }
}

fn document(delivery: &Delivery) -> Option<Document> {
    Document::parse(delivery.body.clone()).ok()
}

fn events(provider: &Provider, delivery: &Delivery) -> Vec<Event> {
    match Reading::of(provider, delivery, document(delivery).as_ref()) {
        Reading::Events(events) => events,
        Reading::Probe(title) => panic!("a probe: {title}"),
    }
}

/// The names of the likeliest senders.
fn senders(delivery: &Delivery) -> Vec<String> {
    let detection = Detection::of(&Catalog::builtin(), delivery, document(delivery).as_ref());
    detection.best().iter().map(|candidate| candidate.provider.id.to_string()).collect()
}

fn secrets(provider: &ProviderId, secret: &str) -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add(Some(provider.clone()), Secret::new(secret.as_bytes().to_vec(), "literal"));
    secrets
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
