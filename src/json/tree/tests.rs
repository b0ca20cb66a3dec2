use bytes::Bytes;

use super::super::Kind;
use super::*;

fn tree(json: &str, sections: &[&str], dotted: &[&str]) -> Tree {
    let paths = |paths: &[&str]| paths.iter().map(|path| path.parse().unwrap()).collect();
    let shape = Shape { sections: paths(sections), dotted: paths(dotted) };
    Tree::new(Arc::new(Document::parse(Bytes::copy_from_slice(json.as_bytes())).unwrap()), &shape)
}

/// The rows as text, the cursor's marked with `>`.
fn picture(tree: &Tree) -> String {
    let row = |(at, row): (usize, Row<'_>)| {
        let cursor = if at == tree.cursor() { ">" } else { " " };
        let fold = match row.fold {
            Fold::Leaf => "",
            Fold::Open => "-",
            Fold::Folded => "+",
            Fold::Lifted => "^",
        };
        let label = match row.label {
            Label::None => String::new(),
            Label::Key(key) => format!("{key}: "),
            Label::Index(place) => format!("[{place}] "),
            Label::Section(key) => format!("§{key} "),
            Label::Group(prefix) => format!("{prefix}… "),
        };
        let value = match row.value {
            Some(value) if !value.is_container() => value.raw_str().to_owned(),
            _ => format!("({})", row.count),
        };
        let repeated = if row.repeated { " twice" } else { "" };
        format!("{cursor}{}{fold}{label}{value}{repeated}", "  ".repeat(row.depth))
    };
    tree.rows(0..usize::MAX).enumerate().map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn rows_say_what_was_sent_in_the_order_sent() {
    let tree = tree(r#"{"b": 1.10, "a": ["x", {"k": null}], "b": "A\n", "e": {}, "f": []}"#, &[], &[]);
    let expected = r#">b: 1.10 twice
 -a: (2)
   [0] "x"
   -[1] (1)
     k: null
 b: "A\n" twice
 e: (0)
 f: (0)"#;
    assert_eq!(picture(&tree), expected);
}

#[test]
fn a_document_without_members_is_one_row() {
    for (json, expected) in [("42", ">42"), ("\"x\"", ">\"x\""), ("{}", ">(0)"), ("[]", ">(0)")] {
        assert_eq!(picture(&tree(json, &[], &[])), expected, "{json}");
    }
}

#[test]
fn sections_come_first_and_their_own_place_points_to_them() {
    let json = r#"{"id": 1, "data": {"type": "x", "survey": {"q": 2}, "offer": null, "fields": {"f": 3}}}"#;
    let mut tree = tree(json, &["data.fields", "data.survey", "data.offer", "data.gone"], &[]);
    let expected = ">-§fields (1)
   f: 3
 -§survey (1)
   q: 2
 id: 1
 -data: (4)
   type: \"x\"
   ^survey: (1)
   offer: null
   ^fields: (1)";
    assert_eq!(picture(&tree), expected);
    tree.step(1);
    assert_eq!(tree.breadcrumb(), "data.fields.f");
    tree.go(7);
    assert!(tree.toggle());
    assert_eq!((tree.cursor(), tree.breadcrumb().as_str()), (2, "data.survey"));
}

#[test]
fn dotted_keys_group_where_they_share_a_beginning() {
    let json = r#"{"f": {"cancel.account.plan": 1, "lone.key": 2, "cancel.account.id": 3, "cancel.why": 4, "plain": 5, "cancel": 6}}"#;
    let mut tree = tree(json, &[], &["f"]);
    let grouped = ">-f: (6)
   -cancel.… (2)
     -account.… (2)
       plan: 1
       id: 3
     why: 4
   lone.key: 2
   plain: 5
   cancel: 6";
    assert_eq!(picture(&tree), grouped);
    tree.go(4);
    assert_eq!(tree.breadcrumb(), r#"f["cancel.account.id"]"#);
    tree.toggle_groups();
    let as_sent = " -f: (6)
   cancel.account.plan: 1
   lone.key: 2
>  cancel.account.id: 3
   cancel.why: 4
   plain: 5
   cancel: 6";
    assert_eq!(picture(&tree), as_sent);
    tree.toggle_groups();
    tree.go(2);
    assert_eq!(tree.breadcrumb(), "f cancel.account.…");
    assert!(tree.value().is_none());
}

#[test]
fn keys_that_share_no_beginning_are_left_alone() {
    let tree = tree(r#"{"f": {"a.b": 1, "c.d": 2, "..": 3, "": 4}}"#, &[], &["f"]);
    assert!(!tree.has_groups());
    assert_eq!(picture(&tree), ">-f: (4)\n   a.b: 1\n   c.d: 2\n   ..: 3\n   : 4");
}

#[test]
fn folding_moves_like_a_file_tree() {
    let mut tree = tree(r#"{"a": {"b": {"c": 1}}, "d": 2}"#, &[], &[]);
    tree.go(2);
    assert!(tree.fold(), "from a leaf to what it is in");
    assert_eq!(tree.breadcrumb(), "a.b");
    tree.fold();
    assert_eq!(picture(&tree), " -a: (1)\n>  +b: (1)\n d: 2");
    tree.fold();
    assert_eq!(tree.breadcrumb(), "a");
    assert!(tree.unfold(), "into the open one");
    assert_eq!(tree.breadcrumb(), "a.b");
    tree.unfold();
    assert_eq!(picture(&tree), " -a: (1)\n>  -b: (1)\n     c: 1\n d: 2");
    tree.go(0);
    tree.fold();
    assert!(!tree.fold(), "nothing is around the outermost");
    assert!(!tree.step(-1));
}

#[test]
fn folding_all_keeps_the_cursor_in_its_outermost_member() {
    let mut tree = tree(r#"{"z": {"y": 1}, "a": {"b": {"c": 1}}, "d": 2}"#, &[], &[]);
    tree.go(4);
    tree.fold_all();
    assert_eq!(picture(&tree), " +z: (1)\n>+a: (1)\n d: 2");
    tree.unfold();
    assert_eq!(picture(&tree), " +z: (1)\n>-a: (1)\n   +b: (1)\n d: 2");
    tree.unfold_all();
    assert_eq!(tree.len(), 6);
    assert_eq!(tree.breadcrumb(), "a");
}

#[test]
fn a_byte_is_revealed_wherever_it_is_hidden() {
    let json = r#"{"id": 1, "data": {"fields": {"a.b": [0, "needle"], "a.c": 2}}}"#;
    let mut tree = tree(json, &["data.fields"], &["data.fields"]);
    tree.fold_all();
    assert!(tree.reveal(json.find("needle").unwrap()));
    assert_eq!(tree.breadcrumb(), r#"data.fields["a.b"][1]"#);
    assert_eq!(tree.value().map(Value::kind), Some(Kind::String));
}

#[test]
fn a_large_document_opens_on_a_few_screens() {
    let item = r#"{"id": 7, "tags": ["a", "b"]}"#;
    let json = format!(r#"{{"id": 1, "items": [{}], "meta": {{"k": 1}}}}"#, vec![item; 5000].join(","));
    let mut tree = tree(&json, &[], &[]);
    assert_eq!(picture(&tree), ">id: 1\n +items: (5000)\n -meta: (1)\n   k: 1");
    tree.unfold_all();
    assert_eq!(tree.len(), 4 + 5000 * 5);
}

#[test]
fn keys_that_come_twice_are_told_in_large_objects_too() {
    let members: Vec<_> = (0..3000).map(|key| format!("\"k{key}\": 0")).collect();
    let tree = tree(&format!(r#"{{{}, "k1": 1}}"#, members.join(",")), &[], &[]);
    let twice: Vec<_> =
        tree.rows(0..usize::MAX).enumerate().filter(|(_, row)| row.repeated).map(|(at, _)| at).collect();
    assert_eq!(twice, [1, 3000]);
}

#[test]
fn nesting_cannot_overflow() {
    let deep = 100_000;
    let mut tree = tree(&format!("{}{}", "[".repeat(deep), "]".repeat(deep)), &[], &[]);
    tree.unfold_all();
    assert_eq!(tree.len(), deep - 1);
    tree.go(usize::MAX);
    assert_eq!(tree.rows(deep - 2..deep).next().unwrap().depth, deep - 2);
    tree.fold();
    assert_eq!(tree.cursor(), deep - 3);
    tree.fold_all();
    assert!(tree.reveal(deep));
}

proptest::proptest! {
    #[test]
    fn any_walk_stays_on_a_row(moves in proptest::collection::vec(0..9_u8, 0..60)) {
        let json = r#"{"a": {"x.y": 1, "x.z": {"q": [1, 2]}}, "s": {"k": {}}, "l": [{"m": 1}, []]}"#;
        let mut tree = tree(json, &["s"], &["a"]);
        for step in moves {
            match step {
                0 => tree.step(1),
                1 => tree.step(-3),
                2 => tree.fold(),
                3 => tree.unfold(),
                4 => tree.toggle(),
                5 => tree.fold_all(),
                6 => tree.unfold_all(),
                7 => tree.toggle_groups(),
                _ => tree.reveal(json.len() / 2),
            };
            proptest::prop_assert!(tree.cursor() < tree.len());
            proptest::prop_assert!(tree.rows(0..tree.len()).count() == tree.len());
        }
    }
}
