//! Where secrets come from, and what is said when one cannot be had.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;

use hookglass::provider::{Catalog, ProviderId};
use hookglass::verify::{Secret, SecretError, Secrets};

fn read(source: &str) -> Result<Secret, SecretError> {
    Secret::read(source, &|name| (name == "HELD").then(|| OsString::from(" kept as it is\n")))
}

fn gather(given: &[&str], environment: &[(&str, &str)]) -> Result<Secrets, SecretError> {
    let environment: HashMap<&str, &str> = environment.iter().copied().collect();
    let given: Vec<String> = given.iter().map(|&written| written.to_owned()).collect();
    Secrets::gather(&Catalog::builtin(), &given, None, &|name| environment.get(name).map(OsString::from))
}

fn of(secrets: &Secrets, provider: &str) -> Vec<(String, Vec<u8>)> {
    let told = |secret: &Secret| (secret.source().to_owned(), secret.expose().to_vec());
    secrets.of(&ProviderId::new(provider)).map(told).collect()
}

#[test]
fn a_variable_and_a_literal_are_taken_as_they_are() {
    assert_eq!(read("env:HELD").unwrap().expose(), b" kept as it is\n");
    assert_eq!(read("literal: a:b=c\n").unwrap().expose(), b" a:b=c\n");
    assert_eq!(read("literal:env:HELD").unwrap().expose(), b"env:HELD");
}

#[test]
fn of_a_file_one_line_break_at_the_end_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    let cases: [(&[u8], &[u8]); 7] = [
        (b"s", b"s"),
        (b"s\n", b"s"),
        (b"s\r\n", b"s"),
        (b"s\n\n", b"s\n"),
        (b" s \n", b" s "),
        (b"s\r", b"s\r"),
        (b"\xff\0\n", b"\xff\0"),
    ];
    for (content, secret) in cases {
        fs::write(&file, content).unwrap();
        assert_eq!(read(&format!("file:{}", file.display())).unwrap().expose(), secret, "{content:?}");
    }
}

#[test]
fn a_secret_that_cannot_be_had_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| format!("file:{}", folder.path().join(name).display());
    fs::write(folder.path().join("empty"), "\n").unwrap();
    fs::write(folder.path().join("large"), vec![b'x'; 64 * 1024 + 1]).unwrap();
    let cases = [
        ("env:ABSENT", "the environment variable ABSENT is not set"),
        ("env:", "not a variable that is set: write env:NAME, without `$`"),
        ("literal:", "the secret of literal:… is empty"),
        ("", "env:VAR, file:PATH or literal:TEXT"),
        (&path("absent"), "cannot read the secret file"),
        (&path("large"), "too large for a secret"),
        (&path(""), "cannot read the secret file"),
        (&path("empty"), "is empty"),
    ];
    for (source, says) in cases {
        let error = read(source).unwrap_err().to_string();
        assert!(error.contains(says) && error.lines().count() == 1, "{source}: {error}");
    }
}

#[test]
fn no_error_and_no_debug_print_repeats_what_may_be_a_secret() {
    for written in
        ["hunter2", "hunter2=", "hunter2==", "hunter2=x", "env:hunter2", "env:$hunter2", "hunter2:x", "=hunter2"]
    {
        let error = gather(&[written], &[]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{written}: {error}");
    }
    let secrets = gather(&["literal:hunter2", "brighten=literal:hunter2"], &[]).unwrap();
    assert!(!format!("{secrets:?}").contains("hunter2"));
    let bytes = format!("{:?}", b"hunter2");
    assert!(!format!("{secrets:?}").contains(bytes.trim_matches(['[', ']'])));
}

#[test]
fn a_secret_is_for_its_provider_or_for_any() {
    let secrets = gather(&["literal:any", "brighten=literal:own=ed", "brighten=literal:rotated"], &[]).unwrap();
    let contents = |provider| of(&secrets, provider).into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!(contents("brighten"), [&b"own=ed"[..], b"rotated", b"any"]);
    assert_eq!(contents("raaft"), [b"any"]);
}

#[test]
fn the_environment_has_a_variable_for_every_provider() {
    let environment = [("HOOKGLASS_SECRET_CHARGEBEE_RETENTION", "s "), ("HOOKGLASS_SECRET_NOBODY", "x")];
    let secrets = gather(&["chargebee-retention=literal:first"], &environment).unwrap();
    let second = ("env:HOOKGLASS_SECRET_CHARGEBEE_RETENTION".to_owned(), b"s ".to_vec());
    assert_eq!(of(&secrets, "chargebee-retention")[1], second);
    let error = gather(&[], &[("HOOKGLASS_SECRET_RAAFT", "")]).unwrap_err().to_string();
    assert_eq!(error, "the secret of env:HOOKGLASS_SECRET_RAAFT is empty");
}

#[test]
fn an_unknown_provider_is_told_with_the_nearest() {
    let error = gather(&["brigten=env:HELD"], &[]).unwrap_err().to_string();
    assert_eq!(error, "no provider is called `brigten`: did you mean `brighten`?");
    let error = gather(&["\u{1b}[2J=env:HELD"], &[]).unwrap_err().to_string();
    assert!(!error.contains('\u{1b}'), "{error:?}");
}

#[test]
fn of_several_secrets_given_as_they_are_each_is_told_by_its_place() {
    let mut secrets =
        gather(&["brighten=literal:a", "literal:x", "brighten=env:B", "brighten=literal:c"], &[("B", "b")]).unwrap();
    let sources = |secrets: &Secrets| of(secrets, "brighten").into_iter().map(|(source, _)| source).collect::<Vec<_>>();
    assert_eq!(sources(&secrets), ["literal:… no. 1", "env:B", "literal:… no. 2", "literal:…"]);
    secrets.remove(Some(ProviderId::new("brighten")), 0);
    assert_eq!(sources(&secrets), ["env:B", "literal:…", "literal:…"]);
    let both = secrets.clone().and(&secrets);
    assert_eq!(sources(&both)[..4], ["env:B", "literal:… no. 1", "env:B", "literal:… no. 2"]);
}
