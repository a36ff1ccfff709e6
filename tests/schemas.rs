//! `ktui rules schema` and `ktui plans schema` describe every file that ships, and no file with a mistake.
#![expect(clippy::disallowed_methods, reason = "reads the files that ship")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

#[expect(clippy::too_many_lines, reason = "one arm a keyword")]
/// Everything in `value` that the schema does not allow: of JSON Schema what the schemas use, and nothing is
/// passed over that they might come to use.
fn wrong(schema: &Value, root: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else {
        if schema == &json!(false) {
            found.push(format!("{at}: not allowed"));
        }
        return;
    };
    for (keyword, argument) in keywords {
        match keyword.as_str() {
            "$ref" => {
                let pointer =
                    argument.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                wrong(root.pointer(pointer).expect("what is referred to"), root, value, at, found);
            }
            "type" => {
                let names: Vec<&str> = argument.as_array().map_or_else(
                    || argument.as_str().into_iter().collect(),
                    |list| list.iter().filter_map(Value::as_str).collect(),
                );
                let is = |name: &str| match name {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "number" => value.is_number(),
                    "null" => value.is_null(),
                    other => panic!("no such type: {other}"),
                };
                if !names.into_iter().any(is) {
                    found.push(format!("{at}: {value} is no {argument}"));
                }
            }
            "properties" => {
                for (name, property) in argument.as_object().expect("an object") {
                    if let Some(inner) = value.get(name) {
                        wrong(property, root, inner, &format!("{at}.{name}"), found);
                    }
                }
            }
            "required" => {
                for name in argument.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    if value.is_object() && value.get(name).is_none() {
                        found.push(format!("{at}: `{name}` is missing"));
                    }
                }
            }
            "additionalProperties" => {
                let known = keywords.get("properties").and_then(Value::as_object);
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(name)) {
                        wrong(argument, root, inner, &format!("{at}.{name}"), found);
                    }
                }
            }
            "items" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    wrong(argument, root, inner, &format!("{at}[{index}]"), found);
                }
            }
            "enum" if !argument.as_array().expect("a list").contains(value) => {
                found.push(format!("{at}: {value} is none of {argument}"));
            }
            "const" if argument != value => found.push(format!("{at}: {value} is not {argument}")),
            "anyOf" | "oneOf" => {
                let fits = |schema: &&Value| {
                    let mut inner = Vec::new();
                    wrong(schema, root, value, at, &mut inner);
                    inner.is_empty()
                };
                if !argument.as_array().expect("a list").iter().any(|schema| fits(&schema)) {
                    found.push(format!("{at}: {value} fits none of its forms"));
                }
            }
            "enum" | "const" | "$schema" | "$defs" | "title" | "description" | "default" | "format" => {}
            "minimum" => assert!(value.as_f64().is_none_or(|n| Some(n) >= argument.as_f64()), "{at}"),
            "maximum" => assert!(value.as_f64().is_none_or(|n| Some(n) <= argument.as_f64()), "{at}"),
            other => panic!("the schema uses `{other}`, which this test does not know"),
        }
    }
}

fn problems(schema: &Value, name: &str, text: &str) -> Vec<String> {
    let value: Value = ktui::yaml::parse(name, text).expect("YAML");
    let mut found = Vec::new();
    wrong(schema, schema, &value, name, &mut found);
    found
}

fn shipped(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("text"))
    })
    .collect()
}

#[test]
fn every_shipped_rule_file_fits_the_schema() {
    let schema = ktui::diagnose::rule::json_schema();
    let files: Vec<_> =
        shipped("diagnostics").into_iter().filter(|(name, _)| name != "packages.yaml").collect();
    assert!(files.len() > 40, "{}", files.len());
    for (name, text) in files {
        assert_eq!(problems(&schema, &name, &text), Vec::<String>::new());
    }
}

#[test]
fn every_shipped_plan_fits_the_schema() {
    let schema = ktui::plan::schema::json_schema();
    let files = shipped("plans");
    assert!(files.len() >= 3, "{}", files.len());
    for (name, text) in files {
        assert_eq!(problems(&schema, &name, &text), Vec::<String>::new());
    }
}

#[test]
fn every_shipped_theme_fits_the_schema() {
    let schema = ktui::theme::json_schema();
    let files = shipped("themes");
    assert!(files.len() >= 9, "{}", files.len());
    for (name, text) in files {
        assert_eq!(problems(&schema, &name, &text), Vec::<String>::new());
    }
    assert!(!problems(&schema, "bad", "theme: x\nover: nord\nroles: {text: {colour: red}}\n").is_empty());
}

#[test]
fn mistakes_do_not_fit() {
    let schema = ktui::diagnose::rule::json_schema();
    let good = "family: x\nabout: {en: a}\nrules:\n  - id: x.a\n    category: dns\n    title: {en: a}\n    \
                explain: {en: a}\n    patterns: [a]\n    shapes: {host: host}\n    near: [{pattern: b, side: before}]\n";
    assert_eq!(problems(&schema, "good", good), Vec::<String>::new());
    for (from, to) in [
        ("category: dns", "category: dnss"),
        ("title: {en: a}", "titel: {en: a}"),
        ("title: {en: a}", "title: a"),
        ("patterns: [a]", "patterns: a"),
        ("{host: host}", "{host: hots}"),
        ("side: before", "side: above"),
        ("pattern: b,", "patern: b,"),
        ("family: x\n", ""),
    ] {
        assert!(good.contains(from));
        assert!(!problems(&schema, "bad", &good.replacen(from, to, 1)).is_empty(), "{to} should not fit");
    }
}

#[test]
fn fields_are_described() {
    let schema = ktui::diagnose::rule::json_schema();
    let rule = schema.pointer("/$defs/Rule/properties").and_then(Value::as_object).expect("a rule's fields");
    for (name, field) in rule {
        assert!(field.get("description").is_some(), "{name} has no description");
    }
}
