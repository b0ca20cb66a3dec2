use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::json::Kind;

fn parse(text: &str) -> Document {
    Document::parse(Bytes::copy_from_slice(text.as_bytes())).expect("JSON")
}

fn differences(old: &str, new: &str) -> Differences {
    Differences::between(parse(old).root(), parse(new).root(), Scope::Whole)
}

/// Every difference as a line, and how many values are the same.
fn told(old: &str, new: &str, scope: Scope) -> (Vec<String>, usize) {
    let (old, new) = (parse(old), parse(new));
    let differences = Differences::between(old.root(), new.root(), scope);
    let lines = differences.list.iter().map(|difference| {
        let side = |value: Value<'_>| format!("{}={}", value.path(), value.raw_str());
        let sides = (difference.old_in(&old).map(side), difference.new_in(&new).map(side));
        match (difference.change, sides) {
            (Change::Added, (None, Some(new))) => format!("+ {new}"),
            (Change::Removed, (Some(old), None)) => format!("- {old}"),
            (change, (Some(old), Some(new))) => format!("{change:?} {old} {new}"),
            (change, sides) => panic!("{change:?} {sides:?}"),
        }
    });
    (lines.collect(), differences.same)
}

#[test]
fn each_difference_is_told_once_by_its_path() {
    let cases: [(&str, &str, &[&str], usize); 25] = [
        ("1", "1", &[], 1),
        ("{}", " { } ", &[], 0),
        ("1", "2", &["Changed =1 =2"], 0),
        ("1", "\"1\"", &["Retyped =1 =\"1\""], 0),
        ("null", "{}", &["Retyped =null ={}"], 0),
        ("[]", "{}", &["Retyped =[] ={}"], 0),
        ("true", "false", &["Changed =true =false"], 0),
        (r#"{"a":1,"b":[true,null]}"#, r#"{ "a": 1, "b": [true, null] }"#, &[], 3),
        (r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"b":3,"c":2}}"#, &["Changed a.b=1 a.b=3"], 1),
        (r#"{"a":1}"#, r#"{"a":1,"b":{"c":2}}"#, &[r#"+ b={"c":2}"#], 1),
        (r#"{"a":1,"b":2,"c":3}"#, r#"{"a":1,"c":3}"#, &["- b=2"], 2),
        (r#"{"a":1,"x":2}"#, r#"{"y":2,"a":1}"#, &["+ y=2", "- x=2"], 1),
        // The order of members is said once, what differs in them as ever.
        (
            r#"{"a":1,"b":2,"c":{"d":3,"e":4}}"#,
            r#"{"c":{"e":4,"d":3},"b":5,"a":1}"#,
            &[
                r#"Reordered ={"a":1,"b":2,"c":{"d":3,"e":4}} ={"c":{"e":4,"d":3},"b":5,"a":1}"#,
                r#"Reordered c={"d":3,"e":4} c={"e":4,"d":3}"#,
                "Changed b=2 b=5",
            ],
            3,
        ),
        // Members with the same key go by their turn.
        (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3,"a":4}"#, &["Changed a=2 a=3", "+ a=4"], 1),
        (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#, &["Changed a=1 a=2", "Changed a=2 a=1"], 0),
        // Another text of the same value is a quiet difference.
        (
            "[1.0,1e2,-0]",
            "[1.00,100,0]",
            &["Respelled [0]=1.0 [0]=1.00", "Respelled [1]=1e2 [1]=100", "Respelled [2]=-0 [2]=0"],
            0,
        ),
        (
            r#"{"é":"ü"}"#,
            r#"{"\u00e9":"\u00fc"}"#,
            &[r#"Respelled é="ü" é="\u00fc""#, r#"Respelled é="ü" é="\u00fc""#],
            0,
        ),
        ("[1,2,3]", "[1,3]", &["- [1]=2"], 2),
        ("[1,3]", "[1,2,3]", &["+ [1]=2"], 2),
        ("[1,2,3]", "[1,9,3]", &["Changed [1]=2 [1]=9"], 2),
        (r#"["a","b","c"]"#, r#"["c","a","b"]"#, &[r#"Moved [2]="c" [0]="c""#], 3),
        ("[0,0,1,0]", "[0,1,0,0]", &["Moved [2]=1 [1]=1"], 4),
        ("[5,1,0,1]", "[1,5,0,1,1]", &["+ [0]=1", "- [1]=1", "+ [3]=1"], 3),
        (r#"[{"x":1,"y":[1]},5]"#, r#"[{"x":2,"y":[1]},5]"#, &["Changed [0].x=1 [0].x=2"], 2),
        ("[[1,2],[3]]", "[[3],[1,2]]", &["Moved [1]=[3] [0]=[3]"], 3),
    ];
    for (old, new, expected, same) in cases {
        let (lines, told_same) = told(old, new, Scope::Whole);
        assert_eq!(lines, expected, "{old} → {new}");
        assert_eq!(told_same, same, "{old} → {new}");
    }
}

#[test]
fn items_that_say_who_they_are_are_compared_with_themselves() {
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            r#"[{"id":1,"n":5},{"id":2,"n":6}]"#,
            r#"[{"id":2,"n":7}]"#,
            &[r#"- [0]={"id":1,"n":5}"#, "Changed [1].n=6 [0].n=7"],
        ),
        (
            r#"[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}]"#,
            r#"[{"id":"c","n":3},{"id":"a","n":1},{"id":"b","n":9}]"#,
            &[r#"Moved [2]={"id":"c","n":3} [0]={"id":"c","n":3}"#, "Changed [1].n=2 [2].n=9"],
        ),
        (
            r#"[{"name":"x","v":1},{"name":"y","v":1}]"#,
            r#"[{"name":"x","v":2},{"name":"y","v":3}]"#,
            &["Changed [0].v=1 [0].v=2", "Changed [1].v=1 [1].v=3"],
        ),
        // An identity that two share is none, nor one that an item lacks or that nobody kept.
        (r#"[{"id":1,"n":1},{"id":1,"n":2}]"#, r#"[{"id":1,"n":2}]"#, &[r#"- [0]={"id":1,"n":1}"#]),
        (r#"[{"id":1},5]"#, r#"[5,{"id":1}]"#, &[r#"Moved [1]=5 [0]=5"#]),
        (r#"[{"id":1,"n":1}]"#, r#"[{"id":2,"n":1}]"#, &["Changed [0].id=1 [0].id=2"]),
    ];
    for (old, new, expected) in cases {
        assert_eq!(told(old, new, Scope::Whole).0, expected, "{old} → {new}");
    }
}

#[test]
fn what_an_older_value_of_changes_lacks_is_as_it_was() {
    let new = r#"{"id":1,"a":{"b":2,"c":3},"list":[1,2]}"#;
    let cases: [(&str, &[&str], usize); 5] = [
        ("{}", &[], 5),
        (r#"{"a":{"b":1}}"#, &["Changed a.b=1 a.b=2"], 4),
        (r#"{"list":[1],"id":1}"#, &["+ list[1]=2"], 4),
        (r#"{"gone":1}"#, &["- gone=1"], 5),
        (r#"{"id":1,"a":{"b":2,"c":3},"list":[1,2]}"#, &[], 5),
    ];
    for (old, expected, same) in cases {
        let (lines, told_same) = told(old, new, Scope::ChangesOnly);
        assert_eq!((lines, told_same), (expected.iter().map(|line| (*line).to_owned()).collect(), same), "{old}");
    }
}

#[test]
fn parts_of_one_document_are_compared() {
    let document = parse(r#"{"data":{"object":{"id":1,"n":2},"previous":{"id":1,"n":1}}}"#);
    let part = |path: &str| document.find(&path.parse().expect("a path")).expect("a value");
    let differences = Differences::between(part("data.previous"), part("data.object"), Scope::Whole);
    let paths: Vec<_> =
        differences.list.iter().filter_map(|it| it.new_in(&document)).map(|new| new.path().to_string()).collect();
    assert_eq!((paths, differences.same), (vec!["data.object.n".to_owned()], 1));
}

#[test]
fn nesting_costs_no_stack() {
    const DEPTH: usize = 100_000;
    let nested = |inner: &str| [&r#"{"a":["#.repeat(DEPTH / 2), inner, &"]}".repeat(DEPTH / 2)].concat();
    let (old, new) = (parse(&nested("1")), parse(&nested("2")));
    let differences = Differences::between(old.root(), new.root(), Scope::Whole);
    let [only] = differences.list[..] else { panic!("{}", differences.list.len()) };
    assert_eq!(only.new_in(&new).map(|value| (value.depth(), value.raw_str())), Some((DEPTH, "2")));
}

/// As many of each as are told; what does not come to an end shows by itself.
#[test]
fn arrays_that_are_hard_to_align_come_to_an_end() {
    const LONG: u64 = 25_000;
    let array = |item: &dyn Fn(u64) -> String| format!("[{}]", (0..LONG).map(item).collect::<Vec<_>>().join(","));
    let shuffled = |n: u64| (n * 7_919 + 13) % LONG;
    let plain = array(&|n| n.to_string());
    let objects = array(&|n| format!("{{\"id\":{n}}}"));
    let cases = [
        ("nothing in common", &plain, array(&|n| (n + LONG).to_string()), (20_000, 0)),
        ("shuffled", &plain, array(&|n| shuffled(n).to_string()), (20_000, 25_000)),
        ("reversed", &plain, array(&|n| (LONG - 1 - n).to_string()), (20_000, 25_000)),
        ("every second one", &plain, array(&|n| (n + n % 2 * LONG).to_string()), (12_500, 12_500)),
        ("with identities", &objects, array(&|n| format!("{{\"id\":{}}}", shuffled(n))), (20_000, 25_000)),
    ];
    for (name, old, new, expected) in cases {
        let found = differences(old, &new);
        assert_eq!((found.list.len(), found.same), expected, "{name}");
    }
}

#[test]
fn rows_that_are_too_long_to_align_are_compared_place_by_place() {
    let array = |items: &[&str]| format!("[0,{},9]", items.concat());
    let (ones, twos) = ("1,".repeat(250_000), "2,".repeat(250_000));
    let cases = [
        (array(&["1,3,", &ones, "5"]), array(&["2,4,", &ones, "6,7"]), (4, 250_002)),
        (array(&[&ones, "5,6"]), array(&[&twos, "5"]), (20_000, 3)),
        // What both begin and end with is not part of the row.
        (array(&[&ones, "3,", &ones, "4"]), array(&[&ones, &ones, "4"]), (1, 500_003)),
    ];
    for (old, new, expected) in cases {
        let found = differences(&old, &new);
        assert_eq!((found.list.len(), found.same), expected);
    }
}

#[test]
fn more_differences_than_anybody_reads_are_counted() {
    let array = |item: &str| format!("[{}]", vec![item; Differences::MOST + 5].join(","));
    let found = differences(&array("1.0"), &array("1.00"));
    assert_eq!((found.list.len(), found.omitted, found.are_quiet()), (Differences::MOST, 5, true));
    let found = differences(&format!("[{},1]", array("1.0")), &format!("[{},2]", array("1.00")));
    assert_eq!((found.list.len(), found.omitted, found.are_quiet()), (Differences::MOST + 1, 5, false));
}

/// JSON in which much is alike: few keys, few values, identities among them.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        (0..5_u8).prop_map(|n| n.to_string()),
        (0..3_u8).prop_map(|n| format!("{n}.0")),
        "[ab]{0,1}".prop_map(|text| format!("\"{text}\"")),
        Just("\"\\u0061\"".to_owned()),
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((prop_oneof![Just("id"), Just("a"), Just("b"), Just("\\u0062")], inner), 0..4)
                .prop_map(|members| {
                    let members: Vec<_> =
                        members.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
        ]
    })
}

/// Every scalar outside of the values given, by its text, in order of that text.
fn scalars_outside(document: &Document, outside: &[u32]) -> Vec<String> {
    let covered: Vec<_> =
        outside.iter().filter_map(|index| document.value(*index)).map(|value| value.index()..value.after()).collect();
    let all = (0..document.len() as u32).filter_map(|index| document.value(index));
    let scalars = all.filter(|value| !value.is_container());
    let mut texts: Vec<_> = scalars
        .filter(|value| !covered.iter().any(|range| range.contains(&value.index())))
        .map(|value| value.raw_str().replace(' ', ""))
        .collect();
    texts.sort();
    texts
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(text in json()) {
        let document = parse(&text);
        let differences = Differences::between(document.root(), document.root(), Scope::Whole);
        prop_assert_eq!(differences.list, []);
        prop_assert_eq!(differences.same, scalars_outside(&document, &[]).len());
    }

    /// With all that is told taken away, the same is left of both, and it is as much as is said to be the same.
    #[test]
    fn what_is_told_is_all_that_differs(old in json(), new in json()) {
        let (old, new) = (parse(&old), parse(&new));
        let differences = Differences::between(old.root(), new.root(), Scope::Whole);
        let told = differences.list.iter().filter(|it| !matches!(it.change, Change::Moved | Change::Reordered));
        // A member whose key alone is written otherwise is the same value.
        let told: Vec<_> = told.filter(|it| it.change != Change::Respelled || {
            let (old, new) = (it.old_in(&old).expect("a value"), it.new_in(&new).expect("a value"));
            !old.is_container() && old.raw() != new.raw()
        }).collect();
        let olds: Vec<_> = told.iter().filter_map(|it| it.old).collect();
        let news: Vec<_> = told.iter().filter_map(|it| it.new).collect();
        let left = scalars_outside(&old, &olds);
        prop_assert_eq!(&left, &scalars_outside(&new, &news));
        prop_assert_eq!(left.len(), differences.same);
    }

    #[test]
    fn values_are_equal_as_others_say(old in json(), new in json()) {
        let whole = |text: &str| text.replace(".0", "");
        let theirs = |text: &str| serde_json::from_str::<serde_json::Value>(&whole(text)).expect("JSON");
        let has_duplicates = |text: &str| {
            let document = parse(text);
            (0..document.len() as u32).filter_map(|index| document.value(index)).filter(|value| value.kind() == Kind::Object).any(|object| {
                let mut keys: Vec<_> = object.children().filter_map(Value::key).collect();
                keys.sort();
                keys.windows(2).any(|pair| pair[0] == pair[1])
            })
        };
        prop_assume!(!has_duplicates(&old) && !has_duplicates(&new));
        let is_equal = differences(&old, &new).are_quiet();
        prop_assert_eq!(is_equal, theirs(&old) == theirs(&new));
    }
}
