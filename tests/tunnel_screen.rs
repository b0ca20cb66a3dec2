//! The public URL on screen: where it comes from, what is asked for it, and a self-test leg by leg.

mod stage;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hookglass::provider::Catalog;
use hookglass::send::Target;
use hookglass::store::Capture;
use hookglass::tunnel::{Asked, End, Found, Leads, Leg, Trial};
use hookglass::ui::{App, Facts, Keymap, Msg, Theme};
use hookglass::verify::Status;
use hookglass::wire::{Head, Version};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use stage::{Stage, event_of, every_kind};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];
const NGROK: &str = "https://a1b2-203-0-113-7.ngrok-free.app";
const QUICK: &str = "https://statistics-wooden-harbour-lantern.trycloudflare.com";

fn target(url: &str) -> Target {
    url.parse().unwrap()
}

fn found(url: &str, agent: &'static str, api: u16, leads: Leads) -> Found {
    Found { url: target(url), agent, api, leads }
}

fn agents(found: impl IntoIterator<Item = Found>) -> Msg {
    Msg::Agents(Asked { found: found.into_iter().collect(), strangers: BTreeSet::new() })
}

fn ngrok() -> Found {
    found(NGROK, "ngrok", 4040, Leads::Here)
}

fn quick() -> Found {
    found(QUICK, "cloudflared", 20241, Leads::Elsewhere("http://localhost:3000".into()))
}

/// A delivery that says it came another way.
fn sent_to(host: &str, client: &str) -> Capture {
    let mut capture = event_of(60, "brighten", "user.created", Status::Verified);
    let head = Head::build("POST", "/hooks", Version::Http11)
        .header("Host", host)
        .header("X-Forwarded-Proto", "https")
        .header("X-Forwarded-For", client)
        .finish();
    let delivery = hookglass::wire::Delivery { head, body: Bytes::from_static(b"{}"), ..(*capture.delivery).clone() };
    capture.delivery = Arc::new(delivery);
    capture
}

/// A stage with a tunnel, and with a delivery through it 14 minutes ago.
fn with_tunnels(width: u16, height: u16) -> Stage {
    let mut stage = Stage::new(width, height, every_kind());
    stage.tell(agents([ngrok(), quick()]));
    stage.push(sent_to("a1b2-203-0-113-7.ngrok-free.app", "198.51.100.23"));
    stage.now += Duration::from_secs(14 * 60 + 5);
    stage
}

fn passed(legs: &[(Leg, u64)]) -> Vec<(Leg, Duration)> {
    legs.iter().map(|(leg, millis)| (*leg, Duration::from_millis(*millis))).collect()
}

const UNDER_WAY: [(Leg, u64); 3] = [(Leg::Lookup, 4), (Leg::Connect, 21), (Leg::Tls, 48)];

/// The number of the self-test that was asked for last.
fn tried(stage: &mut Stage) -> u64 {
    let asked = stage.take_asked();
    let asked = asked.iter().find(|effect| effect.starts_with("TryUrl")).unwrap_or_else(|| panic!("{asked:?}"));
    asked.split(['{', ':', ',']).nth(2).unwrap().trim().parse().unwrap()
}

#[test]
fn a_newcomer_is_given_the_public_url() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, []);
        stage.tell(agents([ngrok()]));
        assert_snapshot!(format!("welcome_{width}x{height}"), stage.screen());
    }
    let mut stage = Stage::new(80, 24, []);
    stage.tell(agents([ngrok()]));
    stage.press("y enter");
    let asked = stage.take_asked();
    assert!(asked[0].contains("the public URL") && asked[0].contains(NGROK), "{asked:?}");
}

#[test]
fn the_known_urls() {
    for (width, height) in SIZES {
        let mut stage = with_tunnels(width, height);
        stage.push(sent_to("hooks.example.com", "203.0.113.99"));
        stage.press("t");
        assert_snapshot!(format!("list_{width}x{height}"), stage.screen());
    }
}

#[test]
fn nothing_known() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, every_kind());
        stage.press("t");
        assert_snapshot!(format!("none_{width}x{height}"), stage.screen());
    }
}

#[test]
fn a_test_under_way_a_good_end_and_a_bad_one() {
    let ends = [
        ("under_way", UNDER_WAY.to_vec(), None),
        ("works", [&UNDER_WAY[..], &[(Leg::There, 63), (Leg::Back, 58)]].concat(), Some(End::Works)),
        (
            "stopped",
            UNDER_WAY.to_vec(),
            Some(End::Stopped {
                leg: Leg::There,
                what: "ngrok's agent runs, but nothing answers where it forwards to (ERR_NGROK_8012)".to_owned(),
                advice: "Start it with our port: ngrok http 4665.".to_owned(),
            }),
        ),
    ];
    for (name, legs, end) in ends {
        for (width, height) in SIZES {
            let mut stage = with_tunnels(width, height);
            stage.press("t t");
            let id = tried(&mut stage);
            stage.tell(Msg::Tried(id, Trial { passed: passed(&legs), end: end.clone() }));
            assert_snapshot!(format!("{name}_{width}x{height}"), stage.screen());
        }
    }
}

#[test]
fn keys_test_copy_choose_and_go_back() {
    let ngrok = format!("TryUrl {{ id: 1, url: {:?} }}", target(NGROK));
    let quick = format!("TryUrl {{ id: 1, url: {:?} }}", target(QUICK));
    let ask = "AskAgents { but: {} }".to_owned();
    let copy = format!("Copy {{ label: \"the public URL\", bytes: b\"{NGROK}\" }}");
    let cases = [
        ("t", vec![ask.clone()]),
        ("t t", vec![ask.clone(), ngrok.clone()]),
        ("t enter", vec![ask.clone(), ngrok.clone()]),
        ("t j enter", vec![ask.clone(), quick]),
        ("t y", vec![ask.clone(), copy]),
        ("t t t", vec![ask.clone(), ngrok.clone()]),
        ("t t esc esc q", vec![ask.clone(), ngrok, "StopTrying".to_owned(), "Quit".to_owned()]),
        ("t esc q", vec![ask, "Quit".to_owned()]),
    ];
    for (keys, asked) in cases {
        let mut stage = with_tunnels(120, 36);
        stage.press(keys);
        assert_eq!(stage.take_asked(), asked, "{keys}");
    }
}

#[test]
fn nothing_is_sent_to_a_url_of_a_delivery_before_it_is_chosen() {
    let mut stage = Stage::new(120, 36, []);
    stage.push(sent_to("evil.example", "\u{1b}[2J"));
    assert!(!stage.screen().contains("⇄"), "{}", stage.screen());
    stage.press("t t enter");
    assert_eq!(stage.take_asked(), ["AskAgents { but: {} }"]);
    let screen = stage.screen();
    assert!(screen.contains("Choose a URL first") && screen.contains("seen in deliveries only"), "{screen}");
    stage.press("j t");
    tried(&mut stage);
}

#[test]
fn what_an_agent_says_leads_elsewhere_is_not_tested_by_a_slip() {
    let mut stage = Stage::new(120, 36, []);
    stage.tell(agents([quick()]));
    assert!(!stage.screen().contains("⇄"), "{}", stage.screen());
    stage.press("t t");
    assert_eq!(stage.take_asked(), ["AskAgents { but: {} }"]);
    stage.press("j t");
    tried(&mut stage);
}

#[test]
fn a_url_that_has_proved_itself_is_shown_as_ours() {
    let mut stage = Stage::new(120, 36, []);
    stage.push(sent_to("bore.example:20042", "192.0.2.1"));
    stage.press("t j t");
    let id = tried(&mut stage);
    let works = |id| Msg::Tried(id, Trial { passed: passed(&UNDER_WAY), end: Some(End::Works) });
    stage.tell(works(id + 1));
    assert!(!stage.screen().contains("⇄"), "another test's end is not this one's");
    stage.tell(works(id));
    assert!(stage.screen().contains("⇄ https://bore.example:20042"), "{}", stage.screen());
    stage.press("enter");
    let id = tried(&mut stage);
    let end = End::Stopped { leg: Leg::Connect, what: "gone".to_owned(), advice: String::new() };
    stage.tell(Msg::Tried(id, Trial { passed: Vec::new(), end: Some(end) }));
    assert!(!stage.screen().contains("⇄"), "{}", stage.screen());
}

#[test]
fn forged_hosts_make_room_for_each_other_and_for_nothing_else() {
    let mut stage = with_tunnels(120, 36);
    for number in 0..100 {
        stage.push(sent_to(&format!("forged-{number}.example"), "x"));
        stage.now += Duration::from_secs(1);
    }
    stage.press("t");
    let screen = stage.screen();
    let shown: Vec<_> = screen.matches("https://forged-").collect();
    assert_eq!(shown.len(), 3, "{screen}");
    assert!(screen.contains("forged-99") && screen.contains(QUICK) && screen.contains(NGROK), "{screen}");
}

#[test]
fn ages_are_told_each_minute_while_they_are_seen_and_cost_nothing_else() {
    let mut stage = with_tunnels(120, 36);
    assert_eq!(stage.app.wakes_at(), None);
    stage.press("t");
    assert!(stage.screen().contains("last delivery 14 min ago"), "{}", stage.screen());
    assert_eq!(stage.app.wakes_at(), Some(stage.now + Duration::from_secs(60)));
    stage.now += Duration::from_secs(60);
    assert!(stage.tell(Msg::TimePassed));
    assert!(stage.screen().contains("last delivery 15 min ago"), "{}", stage.screen());
    stage.press("esc");
    assert_eq!(stage.app.wakes_at(), None);
}

/// An app before anything has happened, with or without a URL in the settings.
fn app(url: Option<&str>, public_url: Option<&str>) -> Stage {
    let mut stage = Stage::new(80, 24, []);
    let facts = Facts {
        url: url.map(str::to_owned),
        catalog: Arc::new(Catalog::builtin()),
        zone: TimeZone::UTC,
        target: None,
        public_url: public_url.map(target),
    };
    stage.app = App::new(facts, Keymap::builtin(), Theme::new(true), Size::new(80, 24));
    stage.asked.clear();
    stage
}

#[test]
fn agents_are_asked_at_a_slow_pace_until_something_has_come() {
    let mut stage = app(Some(stage::URL), None);
    stage.read();
    assert_eq!(stage.take_asked(), ["AskAgents { but: {} }"]);
    assert_eq!(stage.app.wakes_at(), Some(stage.now + Duration::from_secs(5)));
    stage.tell(Msg::Agents(Asked { found: Vec::new(), strangers: BTreeSet::from([4040]) }));
    stage.now += Duration::from_secs(5);
    assert!(!stage.tell(Msg::TimePassed), "nothing to see");
    assert_eq!(stage.take_asked(), ["AskAgents { but: {4040} }"], "strangers are left alone");
    assert!(!stage.tell(agents([])), "nothing is new");
    assert!(stage.tell(agents([ngrok()])));
    stage.push(event_of(1, "brighten", "user.created", Status::Verified));
    assert_eq!(stage.app.wakes_at(), None);
}

#[test]
fn who_says_the_url_is_asked_once_and_who_does_not_listen_never() {
    let mut stage = app(Some(stage::URL), Some("https://hooks.example.com/in"));
    assert!(stage.screen().contains("⇄ https://hooks.example.com/in"), "{}", stage.screen());
    stage.read();
    assert_eq!((stage.take_asked().len(), stage.app.wakes_at()), (1, None));
    let mut stage = app(None, None);
    stage.read();
    assert_eq!((stage.take_asked().len(), stage.app.wakes_at()), (0, None));
    stage.press("t");
    assert!(stage.screen().contains("Nothing listens here"), "{}", stage.screen());
}

#[test]
fn a_click_chooses_or_closes_but_ends_no_test() {
    use crossterm::event::{MouseButton, MouseEventKind::Down};
    let mut stage = with_tunnels(120, 36);
    stage.press("t");
    let row =
        |stage: &mut Stage, text: &str| stage.screen().lines().position(|line| line.contains(text)).unwrap() as u16;
    let y = row(&mut stage, QUICK);
    stage.mouse(Down(MouseButton::Left), 60, y);
    stage.press("enter");
    assert!(stage.take_asked()[1].contains("trycloudflare"));
    stage.mouse(Down(MouseButton::Left), 0, 0);
    assert!(stage.screen().contains("Self-test"));
    stage.press("esc");
    stage.mouse(Down(MouseButton::Left), 0, 30);
    assert!(!stage.screen().contains("Public URL"), "{}", stage.screen());
}
