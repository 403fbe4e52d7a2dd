//! What the loader makes of whole streams.

use std::io::{BufReader, Cursor, Read};

use cspm_core::Data;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Line and JSON of each document, or line, column and message of its fault.
type Loaded = (u32, Result<Value, (u32, u32, String)>);

fn load(text: impl AsRef<[u8]>) -> Vec<Loaded> {
    let documents = documents(text.as_ref()).map(|document| document.expect("a slice can be read"));
    let content = |content: Result<Node, Fault>| match content {
        Ok(node) => Ok(node.data.to_json()),
        Err(fault) => Err((fault.line, fault.column, fault.message)),
    };
    documents.map(|document| (document.line, content(document.content))).collect()
}

/// The only document, which is whole.
fn one(text: impl AsRef<[u8]>) -> Value {
    let mut all = load(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).1.expect("whole")
}

/// The place and message of the only document, which is broken.
fn fault(text: impl AsRef<[u8]>) -> (u32, u32, String) {
    let mut all = load(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).1.expect_err("broken")
}

#[test]
fn documents_are_found_with_the_line_of_their_content() {
    let text = "# head\n---\n\n# pod\nkind: Pod\n--- # next\nkind: Job\n...\n# between\n---\n# nothing\n---\n--- {kind: Role}\n";
    let kinds = [(5, "Pod"), (7, "Job"), (13, "Role")].map(|(line, kind)| (line, Ok(json!({ "kind": kind }))));
    assert_eq!(load(text), kinds);
    assert_eq!(load(text.replace('\n', "\r\n")), kinds, "CRLF");
    assert_eq!(load(format!("\u{feff}{text}")), kinds, "byte order mark");
}

#[test]
fn streams_without_content_have_no_documents() {
    for text in ["", "\n", "# a\n", "---", "---\n---\n...\n", "\u{feff}", "%YAML 1.1\n---\n", " \t\r\n"] {
        assert_eq!(load(text), [], "{text:?}");
    }
}

#[test]
fn a_marker_ends_a_block_scalar_and_indented_it_is_text() {
    assert_eq!(
        load("a: |\n  x\n  ---\n  y\n---\nb: --- c\n"),
        [(1, Ok(json!({"a": "x\n---\ny\n"}))), (6, Ok(json!({"b": "--- c"})))]
    );
    assert_eq!(one("a: x\n  ---\n  y\n"), json!({"a": "x --- y"}));
    assert_eq!(one("a: |\n  ----\n----: b\n"), json!({"a": "----\n", "----": "b"}));
}

#[test]
fn directives_go_with_their_document() {
    let text = "a: 1\n...\n%YAML 1.1\n%TAG !k! tag:yaml.org,2002:\n---\nb: !k!str 2\n";
    assert_eq!(load(text), [(1, Ok(json!({"a": 1}))), (6, Ok(json!({"b": "2"})))]);
    assert_eq!(load("a: 1\n...\n%YAML 1.1\n")[1].0, 3, "a directive of no document is a fault");
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let all = load("a: 1\n---\nb: [1\n---\nc: \"x\n---\nd: *x\n---\ne: 1\ne: 2\n---\nf: \u{0}\n---\ng: 1\n");
    let lines: Vec<_> = all.iter().map(|(line, content)| (*line, content.is_ok())).collect();
    assert_eq!(
        lines,
        [(1, true), (3, false), (5, false), (7, false), (9, false), (12, false)],
        "a NUL ends the stream"
    );
    let all = load(b"a: 1\n---\nb: \xff\n---\nc: 1\n");
    assert_eq!(all.iter().map(|(_, content)| content.is_ok()).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn faults_have_their_place_in_the_file() {
    let place = |text: &str| {
        let (line, column, message) = fault(format!("# 1\n---\n{text}"));
        assert!(!message.is_empty());
        (line, column)
    };
    assert_eq!(place("a: 1\nb: [\n"), (4, 4));
    assert!((3..=4).contains(&place("a: 'x\n").0), "where the quote is, or where it is still missed");
    assert_eq!(place("é: x: y\n"), (3, 5));
    assert_eq!(place("a:\n- b: .nan\n"), (4, 6));
    assert_eq!(place("a: !!int x\n"), (3, 10));
    assert_eq!(place("a:\n  ~: b\n"), (4, 3));
    assert_eq!(place("a:\n  [x]: b\n"), (4, 3));
    assert_eq!(place("a: *b\n"), (3, 4));
    assert_eq!(place("<<: x\n"), (3, 1));
    assert_eq!(place("{a: 1\n}: 2\n").0, 4);
    assert_eq!(place("a: b\n  c: d\n").0, 4);
    assert_eq!(place("x: 1\r---\ry: 2\n").0, 4, "an end of line that only YAML sees");
}

#[test]
fn a_key_that_is_there_twice_is_a_fault_that_names_both_lines() {
    let (line, column, message) = fault("spec:\n  image: good\n  name: x\n  image: bad\n  name: y\n");
    assert_eq!((line, column), (4, 3));
    assert!(message.contains("`image`") && message.contains("line 2"), "{message}");
    assert!(fault("{\"a\": 1,\n \"a\": 2}").2.contains("`a`"), "JSON too");
    assert!(fault("1: a\n'1': b\n").2.contains("`1`"), "what becomes the same key");
}

#[test]
fn what_is_not_text_is_one_fault() {
    for bytes in [b"\x7fELF\0\0".as_slice(), b"\0", b"kind: Pod\n---\n\0\n---\n\0"] {
        let all = load(bytes);
        let (.., message) = all.last().expect("a fault").1.clone().expect_err("broken");
        assert!(message.contains("not text"), "{message}");
        assert!(all.len() <= 2);
    }
    assert!(fault(b"a\x00:\x00").2.contains("UTF-16"));
    assert_eq!(
        fault(b"a: 1\nb: \xc3\xa9\xff\n"),
        (2, 5, "this is not text: the byte 0xff is not UTF-8 here".to_owned())
    );
}

#[test]
fn values_are_what_kubernetes_takes_them_for() {
    let text = "
bools: [y, Y, yes, Yes, YES, on, On, ON, true, True, TRUE, n, N, no, No, NO, off, Off, OFF, false, False, FALSE]
nulls: [~, null, Null, NULL, ]
empty:
ints: [0644, 0o17, 0x1F, 0b101, 1_000, -12, +3, 0, 0b-1, 9223372036854775807, 1.0, 1e3, 08]
floats: [.5, -1.5, 1e-3, 18446744073709551615, 1e19]
texts: ['yes', \"1\", !!str 1, ! 1, !custom 1, yEs, 0x, 1.2.3, 2001-01-01, 12:30, 1e400, '', .5_, <<, =, _1]
tagged: [!!int '1', !!float 1, !!bool 'yes', !!null '', !!binary aGk=, !!float 1.5]
block: |
  yes
";
    let bools: Vec<bool> = [[true; 11], [false; 11]].concat();
    let expected = json!({
        "bools": bools,
        "nulls": [null, null, null, null],
        "empty": null,
        "ints": [420, 15, 31, 5, 1000, -12, 3, 0, -1, i64::MAX, 1, 1000, 8],
        "floats": [0.5, -1.5, 0.001, 18446744073709551615_f64, 1e19],
        "texts": ["yes", "1", "1", "1", "1", "yEs", "0x", "1.2.3", "2001-01-01", "12:30", "1e400", "", ".5_", "<<", "=", "_1"],
        "tagged": [1, 1, true, null, "hi", 1.5],
        "block": "yes\n",
    });
    assert_eq!(one(text), expected);
}

#[test]
fn keys_become_texts() {
    let text = "{yes: 1, 012: 2, 1.10: 3, 1e6: 4, 0.00001: 5, .inf: 6, 'no': 7, 2001-01-01: 8, -.inf: 9, 123456.0: 10}";
    let keys = ["true", "10", "1.1", "1e+06", "1e-05", ".inf", "no", "2001-01-01", "-.inf", "123456"];
    assert_eq!(one(text), keys.iter().zip(1..).map(|(key, n)| ((*key).to_owned(), json!(n))).collect::<Value>());
    for key in ["~", "[a]", "{a: b}", "18446744073709551615"] {
        fault(format!("? {key}\n: 1\n"));
    }
}

#[test]
fn what_json_cannot_hold_is_a_fault() {
    for value in [".inf", "-.inf", ".nan", "!!binary x", "!!int 1.5", "!!float x", "!!bool 1", "!!null x"] {
        assert_eq!(fault(format!("a: {value}")).0, 1, "{value}");
    }
}

#[test]
fn anchors_and_merges_are_followed() {
    let text = "
base: &base {cpu: 1, memory: 2}
more: &more {memory: 3, disk: 4}
text: &text x
copy: *base
*text : key
after: {<<: *base, cpu: 5}
before: {cpu: 5, <<: *base}
list: {<<: [*base, *more]}
inline: {<<: {a: 1}, b: 2}
quoted: {'<<': 1}
again: &text z
last: *text
";
    let expected = json!({
        "base": {"cpu": 1, "memory": 2},
        "more": {"memory": 3, "disk": 4},
        "text": "x",
        "copy": {"cpu": 1, "memory": 2},
        "x": "key",
        "after": {"cpu": 5, "memory": 2},
        "before": {"cpu": 1, "memory": 2},
        "list": {"cpu": 1, "memory": 2, "disk": 4},
        "inline": {"a": 1, "b": 2},
        "quoted": {"<<": 1},
        "again": "z",
        "last": "z",
    });
    assert_eq!(one(text), expected);
    for broken in ["<<: 1", "<<: [1]", "<<: [[{a: 1}]]", "a: &a [{b: 1}]\n<<: *a", "a: &a [*a]", "a: &a {b: *a}"] {
        fault(broken);
    }
}

#[test]
fn aliases_cannot_blow_a_document_up() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        let alias = format!("*a{}", n - 1);
        bomb += &format!("a{n}: &a{n} [{}]\n", [alias.as_str(); 10].join(", "));
    }
    assert!(fault(&bomb).2.contains("copy more than"));
    let mut deep = "a0: &a0 [x]\n".to_owned();
    for n in 1..300 {
        deep += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
    }
    assert!(fault(&deep).2.contains("deep"));
    let merges = format!("{}{{}}{}", "{<<: ".repeat(150), "}".repeat(150));
    assert_eq!(one(merges), json!({}));
}

#[test]
fn depth_is_limited() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("{\"a\":", "}"), ("[{a: ", "}]")] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        assert!(load(nested(100))[0].1.is_ok());
        fault(nested(250));
    }
    fault((0..2000).fold(String::new(), |text, n| text + &" ".repeat(n) + "a:\n"));
    fault("- ".repeat(100_000));
    fault("[".repeat(100_000));
}

#[test]
fn json_is_read_exactly_and_one_object_may_follow_the_other() {
    assert_eq!(
        one("{\"a\": \"\\ud83d\\ude00\\/\", \"b\": \"yes\",\t\"c\": \"\u{ffff}\u{7f}\"}"),
        json!({"a": "😀/", "b": "yes", "c": "\u{ffff}\u{7f}"})
    );
    let objects =
        [(1, "a"), (4, "b"), (4, "c"), (5, "d"), (8, "e")].map(|(line, key)| (line, Ok(json!({key: {"}{": 1}}))));
    let text = "{\"a\":\n {\"}{\": 1}}\n\n{\"b\": {\"}{\": 1}} {\"c\": {\"}{\": 1}}\n{\"d\":{\"}{\": 1}\n}\n---\n{\"e\": {\"}{\": 1}} # comment's\n";
    assert_eq!(load(text), objects);
    assert_eq!(
        load("{\"a\": 1}\n{\"b\": ]}\n{\"c\": 3}\n").iter().map(|d| d.1.is_ok()).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert_eq!(fault("{\"a\": 1} x\n").0, 1, "nothing behind an object is dropped");
    assert_eq!(load("# a\n---\n{\n\t\"a\": 1.0}\n"), [(3, Ok(json!({"a": 1.0})))], "behind a marker, too");
    assert_eq!(load("{a: 1}\n{b: 2}\n"), [(1, Ok(json!({"a": 1}))), (2, Ok(json!({"b": 2})))], "keys without quotes");
    let long = "k".repeat(5000);
    assert_eq!(one(format!("{{\"{long}\": 1}}")), json!({long: 1}));
}

#[test]
fn json_has_lines_too() {
    let text = "---\n{\n \"items\": [\n  {\"a\": 1,\n   \"b\": \"x\"},\n  {\"a\":\n 2}\n ]\n}";
    let node = documents(text.as_bytes()).next().expect("one").expect("readable").content.expect("whole");
    assert!(json::nodes(text, 1, 2).is_some(), "it is read as JSON");
    let lines = &node.lines;
    assert_eq!(
        [lines.line(), lines.of("items"), lines.of("items[0].b"), lines.of("items[1]"), lines.of("items[1].a")],
        [2, 3, 5, 6, 6]
    );
}

#[test]
fn flow_maps_and_templates_are_yaml() {
    assert_eq!(one("{a: yes, b: [x, z]}"), json!({"a": true, "b": ["x", "z"]}));
    assert_eq!(
        load("{{- if .Values.x }}\nkind: Pod\n{{- end }}\n{{ include \"x\" }}\n").len(),
        1,
        "one fault, not one a line"
    );
}

#[test]
fn utf_16_with_a_byte_order_mark_is_read() {
    let text = "\u{feff}kind: Pod\r\n---\r\nname: \"é 😀\"\r\n";
    let expected = [(1, Ok(json!({"kind": "Pod"}))), (3, Ok(json!({"name": "é 😀"})))];
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        assert_eq!(load(text.encode_utf16().flat_map(bytes).collect::<Vec<_>>()), expected);
    }
    assert!(load(b"\xff\xfea\0:\0 \0\x00\xd8b\0").iter().all(|(_, content)| content.is_err()), "half a pair");
}

/// The values are those of `sigs.k8s.io/yaml`.
#[test]
fn quoted_scalars_may_go_on_at_the_indentation_of_their_key() {
    for (text, value) in [
        ("a: \"x\ny\"\nb: 1\n", json!({"a": "x y", "b": 1})),
        ("a: 'x\n\ny'\n", json!({"a": "x\ny"})),
        ("s:\n  a: \"x\n  y\n  'z'\n  w\"\n  b: 'it''s\n  so'\n", json!({"s": {"a": "x y 'z' w", "b": "it's so"}})),
        ("s:\n    a: \"x\ny\"\n", json!({"s": {"a": "x y"}})),
        ("- - - a: \"x\n  \n  y\"\n      b: 1\n", json!([[[{"a": "x\ny", "b": 1}]]])),
        ("a: \"x\\\n  y\nz\"\n", json!({"a": "xy z"})),
        ("a:\n- 'x\ny'\n- z\n", json!({"a": ["x y", "z"]})),
    ] {
        assert_eq!(one(text), value, "{text}");
        assert_eq!(one(text.replace('\n', "\r\n")), value, "{text}");
    }
    let lines = "x\n".repeat(5000);
    let long = one(format!("{}a: '{lines}'\n", "# é\n".repeat(10)));
    assert_eq!(long["a"].as_str().map(str::len), Some(10_000));
    let many: String = (0..50).map(|n| format!("k{n}: 'x\n\"'\n")).collect();
    assert_eq!(one(many).as_object().map(serde_json::Map::len), Some(50));
    // Plain scalars may not, and what is no scalar does not become one.
    fault("a: x\ny\n");
    fault("a: 'x\ny\n");
}

#[test]
fn a_document_beyond_the_limit_is_a_fault_and_the_next_is_read() {
    let pieces = |text: &str, limit| {
        let reader = BufReader::with_capacity(3, Cursor::new(text.to_owned()));
        let pieces = Splitter::new(reader, limit).map(|piece| piece.expect("readable"));
        pieces.map(|piece| (piece.content, piece.text.map_err(|fault| fault.line))).collect::<Vec<_>>()
    };
    let long = "b: 1\n".repeat(30_000);
    let text = format!("a: 1\n---\n{long}---\nc: 1\n");
    let good = |line, text: &str| (line, Ok(text.to_owned()));
    assert_eq!(pieces(&text, 100), [good(1, "a: 1\n"), (3, Err(3)), good(30_004, "---\nc: 1\n")]);
    let one_line = format!("a: {}\n--- {{}}\n", "x".repeat(300_000));
    assert_eq!(pieces(&one_line, 100), [(1, Err(1)), good(2, "--- {}\n")]);
    assert_eq!(pieces("a: 1\n", 5), [good(1, "a: 1\n")]);
}

#[test]
fn an_error_of_the_reader_ends_the_stream() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let reader = BufReader::new(b"a: 1\n---\nb: 1\n".chain(Broken));
    let all: Vec<_> = documents(reader).map(|document| document.map(|d| d.line).map_err(|e| e.to_string())).collect();
    assert_eq!(all, [Ok(1), Err("the disk is gone".to_owned())], "half a document is none");
}

/// JSON with ints and texts of all kinds, and with floats that have a fraction.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|n| Value::from(f64::from(n) + 0.25)),
        any::<String>().prop_map(Value::from),
        "(yes|no|on|~|null|0[0-7]{1,3}|0x[0-9]|1_0|[.]inf|<<|[0-9.eE+-]{1,6}|[-?:,#&*!|>'\"%@`{} \n\t]{1,5})"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}|[ -~]{0,8}|\\PC{0,5}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn json_comes_back_as_it_was(value in values()) {
        let wrapped = json!({"v": value});
        prop_assert_eq!(one(wrapped.to_string()), wrapped.clone());
        prop_assert_eq!(one(serde_json::to_string_pretty(&wrapped).expect("JSON")), wrapped);
    }

    #[test]
    fn json_comes_back_as_it_was_when_it_is_read_as_yaml(value in values()) {
        let text = json!([value]).to_string();
        // YAML has no letters that cannot be printed, other than escaped.
        prop_assume!(text.chars().all(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}')));
        prop_assert_eq!(one(&text), json!([value]));
    }

    #[test]
    fn yaml_comes_back_as_it_was(value in values()) {
        let text = serde_saphyr::to_string(&json!({"v": value})).expect("YAML");
        prop_assert_eq!(one(&text), json!({"v": value}), "{}", text);
    }

    #[test]
    fn any_bytes_end_in_documents_or_faults(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes)?;
    }

    #[test]
    fn any_pieces_of_yaml_end_in_documents_or_faults(text in "(a|b|: |- |\n|  |---\n|[.]{3}\n|[{}\\[\\],]|\"|'|[|]\n|>-\n|#|&x |[*]x|!!int |[?] |<<: |1|~|%|\t|\r|\u{feff}|é|\\\\){0,40}") {
        check(text.as_bytes())?;
    }
}

/// Whatever the bytes are: it ends, every fault has a place in the file and a message, and the buffer plays no part.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let all = load(bytes);
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).count();
    for (line, content) in &all {
        prop_assert!((1..=lines).contains(&(*line as usize)), "line {line} of {lines}");
        if let Err((line, column, message)) = content {
            prop_assert!((1..=lines + 1).contains(&(*line as usize)), "line {line} of {lines}");
            prop_assert!(*column >= 1 && !message.is_empty());
        }
    }
    let slow = documents(BufReader::with_capacity(1, bytes)).filter_map(Result::ok);
    let slow: Vec<_> = slow.map(|document| (document.line, document.content.ok().map(|node| node.data))).collect();
    prop_assert_eq!(slow.len(), all.len());
    for ((line, data), (expected_line, content)) in slow.iter().zip(&all) {
        prop_assert_eq!((line, data.as_ref().map(Data::to_json)), (expected_line, content.clone().ok()));
    }
    Ok(())
}
