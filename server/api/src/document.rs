//! The OpenAPI documents, one a version, made from the handlers' own annotations.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use wire::{ErrorBody, ErrorOut, ValidationErrorOut, ValidationProblemOut};

use crate::{Api, resources};

/// The second version's document, OpenAPI 3.1.
pub fn openapi_v2() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut document = document("/v2", "2", resources::v2());
        with_deprecated_checkout(&mut document);
        finished(document)
    })
}

/// The first version's document, OpenAPI 3.1.
pub fn openapi_v1() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut document = document("/v1", "1", resources::v1_documented());
        payments_as_checkout(&mut document);
        deleted_without_body(&mut document);
        with_live_mode(&mut document);
        finished(document)
    })
}

fn document(prefix: &str, version: &str, routes: OpenApiRouter<Api>) -> Value {
    let nested = OpenApiRouter::new().nest(prefix, routes).into_openapi();
    let mut document = serde_json::to_value(nested).unwrap_or_default();
    document["info"] = json!({
        "title": "Guichet API",
        "version": version,
        "description": "Payments by API, as Stancer's clients speak it. Amounts are whole minor units, times are seconds since 1970, days are YYYY-MM-DD.",
    });
    document["security"] = json!([{ "basic": [] }, { "bearer": [] }]);
    document["components"]["securitySchemes"] = json!({
        "basic": { "type": "http", "scheme": "basic", "description": "The secret key as user name, no password." },
        "bearer": { "type": "http", "scheme": "bearer", "description": "The secret key." },
    });
    document
}

fn paths(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.get_mut("paths").and_then(Value::as_object_mut)
}

/// `/checkout/…` answers what `/payments/…` does.
fn with_deprecated_checkout(document: &mut Value) {
    let Some(paths) = paths(document) else { return };
    let payments: Vec<(String, Value)> =
        paths.iter().filter(|(path, _)| path.starts_with("/v2/payments/")).map(|(path, item)| (path.clone(), item.clone())).collect();
    for (path, mut item) in payments {
        each_operation(&mut item, |_, operation| {
            let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
            operation.insert("operationId".to_owned(), json!(format!("{name}_by_checkout")));
            operation.insert("deprecated".to_owned(), json!(true));
        });
        paths.insert(path.replacen("/v2/payments/", "/v2/checkout/", 1), item);
    }
}

fn payments_as_checkout(document: &mut Value) {
    let Some(paths) = paths(document) else { return };
    *paths = std::mem::take(paths).into_iter().map(|(path, item)| (path.replacen("/v1/payments/", "/v1/checkout/", 1), item)).collect();
}

fn deleted_without_body(document: &mut Value) {
    let Some(paths) = paths(document) else { return };
    for operation in paths.values_mut().filter_map(|item| item.get_mut("delete")) {
        operation["responses"] = json!({ "204": { "description": "Deleted" } });
    }
}

/// Every object and list of the first version says whether it is earnest.
fn with_live_mode(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    for (name, schema) in schemas {
        let answered = name.ends_with("List")
            || matches!(name.as_str(), "CustomerOut" | "CardOut" | "PaymentOut" | "RefundOut" | "DisputeOut" | "PingOut");
        if answered && let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("live_mode".to_owned(), json!({ "type": "boolean", "description": "False in the sandbox." }));
        }
    }
}

/// No body is an empty object: where nothing is required of one, none is.
fn with_optional_bodies(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = paths(document) else { return };
    for item in paths.values_mut() {
        each_operation(item, |_, operation| {
            let Some(Value::Object(body)) = operation.get_mut("requestBody") else { return };
            let name = body["content"]["application/json"]["schema"]["$ref"].as_str().and_then(|way| way.rsplit('/').next());
            if name.is_some_and(|name| schemas[name].get("required").is_none()) {
                body.remove("required");
            }
        });
    }
}

fn each_operation(item: &mut Value, mut change: impl FnMut(&str, &mut Map<String, Value>)) {
    for method in ["get", "post", "patch", "delete"] {
        if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
            change(method, operation);
        }
    }
}

/// What every operation can answer, and the header that every change can carry.
fn finished(mut document: Value) -> Value {
    for (name, schema) in [
        (ErrorOut::name(), json!(ErrorOut::schema())),
        (ErrorBody::name(), json!(ErrorBody::schema())),
        (ValidationErrorOut::name(), json!(ValidationErrorOut::schema())),
        (ValidationProblemOut::name(), json!(ValidationProblemOut::schema())),
    ] {
        document["components"]["schemas"][name.as_ref()] = schema;
    }
    for (_, name, about, schema) in REFUSALS {
        let content = json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } });
        document["components"]["responses"][*name] = json!({ "description": about, "content": content });
    }
    document["components"]["parameters"]["IdempotencyKey"] = json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        "description": "The same key with the same request gets the first answer again, for 24 hours; another request under it is a 409.",
    });
    with_optional_bodies(&mut document);
    let Some(paths) = paths(&mut document) else { return document };
    for item in paths.values_mut() {
        each_operation(item, |method, operation| {
            for (status, name, ..) in REFUSALS {
                operation["responses"][*status] = json!({ "$ref": format!("#/components/responses/{name}") });
            }
            if method != "get" {
                let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
                if let Value::Array(parameters) = parameters {
                    parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
                }
            }
        });
    }
    document
}

/// Status, name, meaning, schema.
const REFUSALS: &[(&str, &str, &str, &str)] = &[
    ("401", "Unauthorized", "No key, or not a valid secret key.", "ErrorOut"),
    ("403", "Forbidden", "The key may not do this.", "ErrorOut"),
    ("404", "NotFound", "There is no such object.", "ErrorOut"),
    ("409", "Conflict", "The object's state, a duplicate, or another request stands against it.", "ErrorOut"),
    ("413", "TooLarge", "The body is larger than 1 MB.", "ErrorOut"),
    ("415", "NotJson", "The body is not said to be JSON.", "ErrorOut"),
    ("422", "Invalid", "Inputs that can't be accepted, all at once.", "ValidationErrorOut"),
    ("429", "TooManyRequests", "More requests a second than the key has.", "ErrorOut"),
];
