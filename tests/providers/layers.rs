//! Files of a user's own do what the built-in ones do, and their mistakes are told.

use std::fs;
use std::time::Duration;

use hookglass::provider::{Catalog, Detection};

use crate::shared::{assets, delivery, document, event_names, events, layered, provider, write};

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
fn the_parts_of_an_event_may_be_joined_or_be_fields_of_a_form() {
    let folder = tempfile::tempdir().unwrap();
    let source = r#"
        [event]
        type = { join = [{ header = "X-Kind" }, "action", { form = ["status", "state"] }] }
        id = { form = "id" }
        at = "at"
        [[events]]
        type = "command"
        when = { form = "command" }
        "#;
    write(folder.path(), "acme/provider.toml", source);
    let acme = layered(folder.path(), "acme");
    let read = |content_type: &str, headers: &[(&str, &str)], body: &str| {
        let headers = [&[("Content-Type", content_type)], headers].concat();
        let event = events(&acme, &delivery("POST", "/", &headers, body.to_owned())).remove(0);
        let text = |text: Option<&str>| text.unwrap_or("none").to_owned();
        let at = event.at.map(|at| at.to_string());
        [text(event.kind.as_deref()), text(event.id.as_deref()), text(at.as_deref())]
    };
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let issue = [("X-Kind", "issue")];
    assert_eq!(read(json, &issue, r#"{"action":"opened"}"#), ["issue.opened", "none", "none"]);
    assert_eq!(read(json, &issue, r#"{"at":1778565137}"#), ["issue", "none", "2026-05-12T05:52:17Z"]);
    assert_eq!(read(json, &issue, r#"{"at":"1778565137.338"}"#), ["issue", "none", "2026-05-12T05:52:17Z"]);
    assert_eq!(read(json, &issue, r#"{"at":1778565137318}"#), ["issue", "none", "2026-05-12T05:52:17.318Z"]);
    assert_eq!(read(form, &[], "status=&state=on+hold&id=7"), ["on hold", "7", "none"]);
    assert_eq!(read(form, &[], "command=%2Fweather"), ["command", "none", "none"]);
    assert_eq!(events(&acme, &delivery("POST", "/", &[("Content-Type", "text/plain")], "id=7&command=x")), []);
}

#[test]
fn a_probe_may_be_told_by_its_body_and_has_a_sample() {
    let folder = tempfile::tempdir().unwrap();
    let source = r#"
        detect = [{ probe = "ping", weight = 60 }]
        [[probe]]
        title = "ping"
        method = "POST"
        body = [{ at = "type", is = "1" }, { at = "token" }]
        sample = "ping.json"
        headers = { X-Probe = "yes" }
        meaning = "Acme asks."
        "#;
    write(folder.path(), "acme/provider.toml", source);
    write(folder.path(), "acme/samples/ping.json", r#"{"type":1,"token":"t"}"#);
    let acme = layered(folder.path(), "acme");
    let cases = [
        (r#"{"type":1,"token":null}"#, true),
        (r#"{"type":1}"#, false),
        (r#"{"type":2,"token":""}"#, false),
        ("", false),
    ];
    for (body, expected) in cases {
        let delivery = delivery("POST", "/", &[], body);
        assert_eq!(acme.probes[0].is(&delivery, document(&delivery).as_ref()), expected, "{body}");
    }
    let sample = &acme.probes[0].sample;
    assert_eq!((&*sample.content_type, &sample.body[..]), ("application/json", &br#"{"type":1,"token":"t"}"#[..]));
    assert_eq!(sample.headers, [("X-Probe".to_owned(), "yes".to_owned())]);
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let cases = [
        ("titel = \"Acme\"", (1, 1), "unknown field `titel`"),
        ("titel = \"Acme\"", (1, 1), "did you mean `title`?"),
        ("[retry]\ndelays = [\"1m\", \"soon\"]", (2, 17), "soon"),
        ("[reply]\npresets = [\n  { title = \"x\", reply = \"99\" },\n]", (3, 26), "99"),
        ("[reply]\npresets = [{ title = \"x\", replies = \"500\" }]", (2, 27), "did you mean `reply`?"),
        ("[reply]\npresets = [{ reply = \"500\" }]", (2, 12), "missing field `title`"),
        (
            "[[verify]]\nscheme = \"hmac\"\nheader = \"X\"\nhash = \"sha265\"\nencoding = \"hex\"",
            (4, 8),
            "did you mean `sha256`?",
        ),
        ("[[verify]]\nscheme = \"token\"\nheader = \"X\"\nhash = \"sha1\"", (4, 1), "unknown field `hash`"),
        ("[[verify]]\nscheme = \"hmac\"\nhash = \"sha1\"\nencoding = \"hex\"", (1, 1), "missing field `header`"),
        ("detect = [{ header = \"X\", path = \"x\", weight = 5 }]", (1, 11), "one of `header`, `body`"),
        ("detect = [{ header = \"X\", weight = 500 }]", (1, 27), "from 1 to 100"),
        ("detect = [\n  { path = \"x\", weight = 40 },\n]", (2, 3), "come to 40 points, and only 50 suffice"),
        ("[reply]\nstatus = 999", (2, 10), "999 is no status to answer with"),
        ("[[events]]\ntype = \"a\"\n[[events]]\ntype = \"a\"", (4, 8), "`a` is the type of another one"),
        ("detect = [{ header = \"X Y\", weight = 5 }]", (1, 22), "cannot be the name of a header"),
        ("[retry]\nsuccess = \"ok\"", (2, 11), "\"ok\" is neither a status nor a class of them"),
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
fn more_rules_than_are_weighed_are_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let rules = "  { path = \"x\", weight = 1 },\n".repeat(65);
    write(folder.path(), "acme/provider.toml", &format!("detect = [\n{rules}]"));
    let error = Catalog::layered(&[folder.path().to_owned()]).unwrap_err();
    assert_eq!((error.place, &*error.what), (Some((66, 3)), "only 64 rules of a provider are weighed"));
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
