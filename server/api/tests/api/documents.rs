//! The OpenAPI documents and the page for people.

use axum::body::Body;
use http::Request;
use serde_json::{Map, Value, json};

use crate::house::House;

#[test]
fn the_second_version() {
    insta::assert_json_snapshot!(api::openapi_v2());
}

#[test]
fn the_first_version() {
    insta::assert_json_snapshot!(api::openapi_v1());
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((format!("{method} {path}"), operation));
        }
    }
    all
}

fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn documents_are_whole() {
    for document in [api::openapi_v2(), api::openapi_v1()] {
        assert_eq!(document["openapi"], "3.1.0");
        let mut names = std::collections::BTreeSet::new();
        for (name, operation) in operations(document) {
            assert!(operation["responses"].get("200").or(operation["responses"].get("204")).is_some(), "{name} answers nothing");
            for status in ["401", "404", "409", "413", "422", "429"] {
                assert!(operation["responses"].get(status).is_some(), "{name} does not say what {status} is");
            }
            assert!(operation["summary"].is_string(), "{name} says nothing");
            assert!(names.insert(operation["operationId"].to_string()), "two operations have the id of {name}");
        }
        let mut found = Vec::new();
        references(document, &mut found);
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
        }
    }
    let deprecated = operations(api::openapi_v2()).into_iter().filter(|(_, operation)| operation["deprecated"] == true).count();
    assert_eq!(deprecated, 8, "each operation on payments has its older name");
}

/// The parsers take what the document says: every documented field is known to its parser.
#[tokio::test]
async fn bodies_are_read_as_documented() {
    let (_database, house) = House::small().await;
    let document = api::openapi_v2();
    for (name, operation) in operations(document) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { continue };
        let (method, path) = name.split_once(' ').unwrap();
        if path.ends_with("/capture") {
            continue;
        }
        let mut found = Vec::new();
        references(schema, &mut found);
        let of = document.pointer(found[0].trim_start_matches('#')).unwrap();
        assert_eq!(of["additionalProperties"], false, "{name}");
        let nothing: Map<String, Value> = of["properties"].as_object().unwrap().keys().map(|field| (field.clone(), json!(null))).collect();
        let method = method.to_uppercase().parse().unwrap();
        let path = path.replace("{id}", "nothing");
        let reply = house.send(&house.mine.secret, method, &path, &[], Value::Object(nothing).to_string()).await;
        assert!(!reply.text.contains("extra_forbidden"), "{name}: {}", reply.text);
    }
}

#[tokio::test]
async fn documents_and_page_are_served_without_a_key() {
    let (_database, house) = House::small().await;
    let get = async |path: &str| house.raw(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(&get("/openapi.json").await.ok(), api::openapi_v2());
    assert_eq!(&get("/openapi-v1.json").await.ok(), api::openapi_v1());
    let page = get("/docs").await;
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    for path in api::openapi_v2()["paths"].as_object().unwrap().keys().filter(|path| !path.contains("checkout")) {
        assert!(page.text.contains(&format!("<code>{path}</code>")), "{path}");
    }
    assert!(!page.text.contains("<script") && !page.text.contains("style=") && !page.text.contains("https://cdn"));
    assert_eq!(get("/docs/style.css").await.header("content-type"), "text/css; charset=utf-8");
}
