//! Whose a delivery is, and what it says happened.

use std::sync::Arc;

use hookglass::provider::{Carrier, Catalog, Detection, Event, EventType, Place, Provider, Reading, Source};

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
fn every_sample_has_what_its_provider_s_events_have() {
    let catalog = Catalog::builtin();
    // What Discord sends is of two kinds: an interaction has an id, and an event a time.
    let of_one_kind =
        |provider: &Provider, event: &EventType| event.when.is_none() && provider.id.as_str() != "discord";
    for (provider, event) in all_events(&catalog).filter(|(provider, event)| of_one_kind(provider, event)) {
        let delivery = as_sent(&provider, &event.sample);
        let places = &provider.event;
        for event in events(&provider, &delivery) {
            assert_eq!(event.flow.is_none(), places.flow.is_none(), "{}: {event:?}", provider.id);
            if !is_signed(&provider, places.id.as_ref()) {
                assert_eq!(event.id.is_none(), places.id.is_none(), "{}: {event:?}", provider.id);
            }
            assert_eq!(event.at.is_none(), places.at.is_none(), "{}: {event:?}", provider.id);
        }
    }
}

/// Whether a part of an event is in a header that signing brings, so that a sample has it not.
fn is_signed(provider: &Provider, place: Option<&Place>) -> bool {
    let Some(Place::Header(header)) = place else { return false };
    let ids = provider.verify.iter().filter_map(|scheme| scheme.signature()?.id.as_ref());
    ids.into_iter().any(|id| *id == Source::Sent(Carrier::Header(header.clone())))
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
        ("stripe", "invoice.paid", "stripe"),
        ("slack", "app_mention", "slack"),
        ("paddle", "subscription.created", "paddle"),
        ("linear", "Issue.create", "linear"),
        ("zendesk", "zen:event-type:user.created", "zendesk"),
        ("square", "payment.created", "square"),
        ("intercom", "contact.user.created", "intercom"),
        ("paypal", "PAYMENT.CAPTURE.COMPLETED", "paypal"),
        ("gitlab", "push", "gitlab"),
        ("chargebee", "payment_succeeded", "chargebee"),
        ("adyen-banking", "balancePlatform.transfer.created", "adyen-banking"),
        ("razorpay", "order.paid", "razorpay"),
        ("gocardless", "payments.failed", "gocardless"),
        ("line", "follow", "line"),
        ("mux", "video.asset.ready", "mux"),
        ("notion", "page.created", "notion"),
        ("openai", "response.completed", "openai"),
        ("resend", "email.bounced", "resend"),
        ("pusher", "client_event", "pusher"),
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
fn headers_that_several_send_do_not_decide_alone() {
    let signed = |family: &str, signature: &str| -> Vec<(String, String)> {
        let header = |part: &str, value: &str| (format!("{family}-{part}"), value.to_owned());
        vec![header("id", "msg_1"), header("timestamp", "1778565138"), header("signature", signature)]
    };
    let sample = |name: &str, event: &str| provider(name).event_type(event).unwrap().sample.body.clone();
    let sha1 = |digest: &str| vec![("X-Hub-Signature".to_owned(), digest.to_owned())];
    let cases = [
        (signed("webhook", "v1,AA=="), sample("standard-webhooks", "contact.created"), "standard-webhooks"),
        (signed("webhook", "v1a,AA=="), sample("standard-webhooks", "contact.created"), "standard-webhooks-ed25519"),
        (signed("webhook", "v1,AA=="), sample("openai", "batch.completed"), "openai"),
        (signed("svix", "v1,AA=="), sample("svix", "user.created"), "svix"),
        (signed("svix", "v1,AA=="), sample("resend", "email.delivered"), "resend"),
        (
            vec![("Webhook-Signature".to_owned(), "00".to_owned())],
            sample("gocardless", "payments.failed"),
            "gocardless",
        ),
        (sha1("sha1=00"), sample("intercom", "contact.user.created"), "intercom"),
        (sha1("00"), sample("brightback", "cancel"), "brightback"),
    ];
    for (headers, body, expected) in cases {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(senders(&delivery("POST", "/", &headers, body)), [expected], "{headers:?}");
    }
    assert_eq!(senders(&delivery("POST", "/", &[("X-Hub-Signature", "sha1=00")], "{}")), [""; 0]);
    let both =
        [("X-HubSpot-Signature", "00"), ("X-HubSpot-Signature-Version", "v1"), ("X-HubSpot-Signature-v3", "AA==")];
    let body = sample("hubspot-v3", "contact.creation");
    assert_eq!(senders(&delivery("POST", "/", &both[..2], body.clone())), ["hubspot-v1"]);
    assert_eq!(
        senders(&delivery("POST", "/", &[&both[..], &[("X-HubSpot-Request-Timestamp", "1")]].concat(), body)),
        ["hubspot-v3"]
    );
}

#[test]
fn probes_that_are_posts_are_told_by_their_bodies() {
    let cases = [
        ("slack", "slack", Some("URL verification")),
        ("discord", "discord", None),
        ("notion", "notion", Some("verification")),
        ("intercom", "intercom", Some("ping")),
    ];
    for (name, path, without_path) in cases {
        for probe in &provider(name).probes {
            let at = |target: &str| delivery("POST", target, &[], probe.sample.body.clone());
            let sent = at(&format!("/{path}"));
            assert_eq!(senders(&sent), [name], "{}", probe.title);
            let reading = Reading::of(&provider(name), &sent, document(&sent).as_ref());
            assert_eq!(reading, Reading::Probe(probe.title.clone()), "{name}");
            if without_path.is_some() {
                assert_eq!(senders(&at("/")), [name], "{}", probe.title);
            }
        }
    }
}

#[test]
fn a_sender_is_named_only_by_what_is_its_own() {
    let intercom = r#"{"type":"notification_event","app_id":"a86dr8yl","data":{"type":"notification_event_data","item":{"type":"conversation","id":"1"}},
        "id":"notif_1","topic":"conversation.user.created","delivery_status":"pending","delivery_attempts":1,"created_at":1713,"first_sent_at":1713}"#;
    let stripe = r#"{"id":"evt_1","object":"event","type":"customer.created","api_version":"2026-01-01","data":{"object":{},"previous_attributes":{}}}"#;
    let sha1 = ("X-Hub-Signature", "sha1=0000000000000000000000000000000000000000");
    let cases: [(&str, &[(&str, &str)], &str, &[&str]); 10] = [
        ("POST", &[sha1, ("X-GitHub-Event", "ping")], r#"{"action":"opened","zen":"…"}"#, &["github"]),
        ("POST", &[sha1], intercom, &["intercom"]),
        ("POST", &[sha1], r#"{"action":"opened"}"#, &[]),
        ("POST", &[("Stripe-Signature", "t=1,v1=00")], stripe, &["stripe"]),
        ("POST", &[("Content-Type", "text/plain")], "hello", &[]),
        ("POST", &[], r#"{"outcome":"saved"}"#, &[]),
        ("POST", &[], r#"[{"activityStatus":"READ"}]"#, &[]),
        ("POST", &[], "[]", &[]),
        ("GET", &[], "", &[]),
        ("OPTIONS", &[("Origin", "https://example.com"), ("Access-Control-Request-Method", "POST")], "", &[]),
    ];
    for (method, headers, body, expected) in cases {
        assert_eq!(senders(&delivery(method, "/", headers, body)), expected, "{method} {body}");
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
