//! `hookglass providers`.

use crate::shared::write;

#[test]
fn the_list_has_a_line_for_each_and_its_columns_are_aligned() {
    let (status, stdout, _) = providers(&[]);
    assert_eq!(status, 0);
    let lines = [
        "adyen-banking              Adyen (banking and management)  hmac-sha256                   2 events",
        "brighten                   Brighten                        hmac-sha256                   19 events",
        "esputnik                   eSputnik                        basic, bearer, api_key, none  11 events",
        "github                     GitHub                          hmac-sha256, hmac-sha1        4 events",
        "hubspot-v2                 HubSpot (v2 signatures)         sha256                        1 event",
        "standard-webhooks-ed25519  Standard Webhooks (Ed25519)     ed25519                       2 events",
        "svix                       Svix                            hmac-sha256                   2 events",
    ];
    assert_eq!(stdout.lines().count(), 35);
    for line in lines {
        assert!(stdout.lines().any(|found| found == line), "{line}\n{stdout}");
    }
}

#[test]
fn scripts_get_an_object_a_provider() {
    let (_, all, _) = providers(&["--format", "ndjson"]);
    assert_eq!(all.lines().count(), 35);
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
    for nothing in ["", "# to be done\n"] {
        write(folder.path(), "acme/provider.toml", nothing);
        let (status, _, stderr) = providers(&["--check", file.to_str().unwrap()]);
        assert_eq!(status, 2);
        assert!(stderr.contains("provider.toml:1:1: there is nothing in it"), "{stderr}");
    }
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
