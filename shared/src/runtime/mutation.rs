//! Events with random changes, for tests that no event makes a function panic.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// One of `events` with one to four changes, each at a random place in it.
pub fn mutated(events: Vec<Value>) -> impl Strategy<Value = Value> {
    (select(events), vec((any::<Index>(), change()), 1..=4)).prop_map(|(mut event, changes)| {
        for (place, change) in changes {
            let places = places(&event);
            change.apply(&mut event, place.get(&places).as_str());
        }
        event
    })
}

#[derive(Debug, Clone)]
enum Change {
    /// Replaces the value.
    Replace(Value),
    /// Inserts text into a string, and a member or an element of this text into an object or an array.
    Insert(Index, String),
    /// Removes the member or the element.
    Remove,
    /// Renames the member.
    Rename(String),
}

impl Change {
    /// Changes the value at `place`, a JSON pointer. A change that does not fit the value there does nothing.
    fn apply(self, event: &mut Value, place: &str) {
        let (parent, name) = place.rsplit_once('/').unwrap_or_default();
        let name = name.replace("~1", "/").replace("~0", "~");
        match self {
            Self::Replace(value) => {
                if let Some(old) = event.pointer_mut(place) {
                    *old = value;
                }
            }
            Self::Insert(at, inserted) => match event.pointer_mut(place) {
                Some(Value::String(text)) => {
                    let mut characters: Vec<char> = text.chars().collect();
                    let at = at.index(characters.len() + 1);
                    characters.splice(at..at, inserted.chars());
                    *text = characters.into_iter().collect();
                }
                Some(Value::Array(elements)) => elements.push(inserted.into()),
                Some(Value::Object(members)) => drop(members.insert(inserted.clone(), inserted.into())),
                _ => {}
            },
            Self::Remove | Self::Rename(_) => match event.pointer_mut(parent) {
                Some(Value::Object(members)) => {
                    if let (Some(value), Self::Rename(renamed)) = (members.remove(&name), self) {
                        members.insert(renamed, value);
                    }
                }
                Some(Value::Array(elements)) => {
                    if let Some(index) = name.parse().ok().filter(|&index| index < elements.len()) {
                        elements.remove(index);
                    }
                }
                _ => {}
            },
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), text()).prop_map(|(at, text)| Change::Insert(at, text)),
        4 => text().prop_map(|text| Change::Replace(text.into())),
        2 => value().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => text().prop_map(Change::Rename),
    ]
}

/// Texts that parsers of addresses, headers, encodings and numbers treat differently from letters.
fn text() -> impl Strategy<Value = String> {
    let special = [
        "",
        " ",
        "\"",
        "<",
        ">",
        "#",
        "?",
        "%",
        "%zz",
        "%00",
        "%F0%9F",
        "&",
        "=",
        "&a=1&a=2",
        "+",
        ";",
        ",",
        "[",
        "]",
        "{",
        "}",
        "\\",
        "|",
        "^",
        "`",
        "@",
        ":",
        "//",
        "/../",
        ":99999",
        "\0",
        "\u{1}",
        "\t",
        "\r\n",
        "\u{7f}",
        "\u{85}",
        "\u{202e}",
        "\u{fffd}",
        "김",
        "🏃",
        "https, http",
        "http://",
        "[::1",
        "a b",
        "$default",
        "Basic =",
        "Bearer .",
        "*/*",
        "gzip;q=NaN",
        "en;q=inf",
        "\"1\", *",
        "e30=",
        "e30",
        "{}",
        "[]",
        "null",
        "-0",
        "1e400",
        "18446744073709551616",
        "9999-99-99",
        "9999-12-31T23:59:59-23:59",
        "-9999-01-01T00:00:00Z",
        "NaN",
    ];
    prop_oneof![
        6 => select(special.to_vec()).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (select(vec!["x", "%", "\"", "김", "[", "/"]), 1..70_000_usize).prop_map(|(text, times)| text.repeat(times)),
    ]
}

/// JSON that an event does not have at this place, and attributes of DynamoDB.
fn value() -> impl Strategy<Value = Value> {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!([]),
        json!({}),
        json!([null]),
        json!({"": null}),
        json!({"S": "text"}),
        json!({"S": 1}),
        json!({"N": "12"}),
        json!({"N": "1E-130"}),
        json!({"N": "99999999999999999999999999999999999999"}),
        json!({"N": "many"}),
        json!({"B": "AAEC"}),
        json!({"B": "!"}),
        json!({"SS": ["a", "b"]}),
        json!({"NS": ["1", "x"]}),
        json!({"BS": ["AAEC"]}),
        json!({"M": {"nested": {"L": [{"NULL": true}]}}}),
        json!({"L": []}),
        json!({"NULL": true}),
        json!({"NULL": false}),
        json!({"BOOL": true}),
        json!({"BOOL": "true"}),
        json!({"X": "unknown type"}),
        json!({"S": "two", "N": "2"}),
    ];
    select(values.to_vec())
}

/// The JSON pointer of each value in `event`, its own included.
fn places(event: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let mut next = 0;
    while let Some(place) = places.get(next).cloned() {
        match event.pointer(&place) {
            Some(Value::Object(members)) => {
                let names = members.keys().map(|name| name.replace('~', "~0").replace('/', "~1"));
                places.extend(names.map(|name| format!("{place}/{name}")));
            }
            Some(Value::Array(elements)) => places.extend((0..elements.len()).map(|index| format!("{place}/{index}"))),
            _ => {}
        }
        next += 1;
    }
    places
}
