//! A `[[verify]]` that cannot be meant is told with its place.

use crate::stand::read;

#[test]
fn a_mistake_is_told_with_its_place() {
    let hmac = "[[verify]]\nscheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\n";
    let cases = [
        ("content = \"{boddy}\"", (6, 11), "`{boddy}` is not part of any signed content"),
        ("content = \"{timestamp}{body}\"", (6, 1), "no `timestamp` says where"),
        ("content = \"{id}{body}\"", (6, 1), "no `id` says where"),
        ("content = \"{field:t}{body}\"", (6, 13), "laid out as `fields`"),
        ("timestamp = { header = \"T\", unit = \"min\" }", (6, 36), "unknown variant `min`"),
        ("timestamp = { header = \"T\", field = \"t\" }", (1, 1), "one of `header`"),
        ("id = { header = \"Id\" }", (6, 1), "`content` has no {id} in it"),
        ("timestamp = { header = \"T\" }", (6, 1), "no `tolerance` compares it"),
        ("notes = { future = \"an id\" }\nid = { header = \"my-id\" }", (7, 1), "`id` is of no use"),
        ("tolerance = \"5m\"", (6, 1), "of a `timestamp`, and there is none"),
        ("tolerance = \"soon\"", (6, 13), "expected a duration"),
        ("secret = \"rot13\"", (6, 10), "expected `text`, `hex`, `base64`"),
        ("notes = { uppercase = \"x\" }", (6, 11), "did you mean `upper_case`?"),
        ("list = \" \"\nfields = { signature = \"v1\" }", (6, 1), "cannot both"),
        ("query = \"s\"", (1, 1), "one of `header`, `query`, `body`"),
        ("instead = \"x\"", (6, 1), "unknown field `instead`"),
        ("fields = { signature = \"v1\", seperator = \";\" }", (6, 30), "did you mean `separator`?"),
    ];
    for (line, place, what) in cases {
        let error = read(&format!("{hmac}{line}")).unwrap_err();
        assert!(error.what.contains(what), "{line}: {error}");
        assert_eq!(error.place, Some(place), "{line}: {error}");
    }
    let wholes = [
        ("scheme = \"rsa\"\nhash = \"sha1\"\nencoding = \"hex\"\nheader = \"S\"", (3, 1), "sha256 or sha512"),
        ("scheme = \"digest\"\nhash = \"sha1\"\nencoding = \"hex\"\nheader = \"S\"", (1, 1), "{secret}"),
        ("scheme = \"ed25519\"\nhash = \"sha1\"\nencoding = \"hex\"\nheader = \"S\"", (3, 1), "unknown field `hash`"),
        ("scheme = \"hmca\"", (2, 10), "did you mean `hmac`?"),
        ("header = \"S\"", (1, 1), "missing field `scheme`"),
    ];
    for (text, place, what) in wholes {
        let error = read(&format!("[[verify]]\n{text}")).unwrap_err();
        assert!(error.what.contains(what), "{text}: {error}");
        assert_eq!(error.place, Some(place), "{text}: {error}");
    }
}
