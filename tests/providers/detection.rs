//! Whose a delivery is, and what it says happened.

use std::sync::Arc;

use hookglass::provider::{Catalog, Detection, Event, Reading};

use crate::shared::{all_events, as_sent, delivery, document, events, provider, senders};

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
fn an_event_without_its_signature_and_its_metadata_is_still_known() {
    let body = r#"{"id":"evt_1","object":"event","type":"user.created","data":{"object":{"id":"u_1"}}}"#;
    assert_eq!(senders(&delivery("POST", "/hooks", &[], body)), ["brighten"]);
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
