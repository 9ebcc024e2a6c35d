//! Every call of both versions of the API, as the OpenAPI documents list them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;
use crate::{Book, Call, Theirs};

/// What every call that makes something needs at least.
fn base() -> Value {
    json!({ "amount": 100, "currency": "eur", "name": "Somebody", "email": "somebody@ours.example" })
}

pub async fn run(world: &World, theirs: &Theirs, book: &mut Book) {
    let mut operations = 0;
    for document in [api::openapi_v1(), api::openapi_v2()] {
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
                // Moving our own clock takes no id, and would run into every other case.
                if path.contains("/sandbox/") && method == Method::POST {
                    continue;
                }
                operations += 1;
                let route = Route { document, path, method, operation };
                route.with_ids_in_the_path(world, theirs, book).await;
                route.with_ids_in_the_query(world, theirs, book).await;
                route.with_ids_in_the_body(world, theirs, book).await;
            }
        }
    }
    assert!(operations > 40, "the documents list only {operations} calls");
}

struct Route<'a> {
    document: &'a Value,
    path: &'a str,
    method: Method,
    operation: &'a Value,
}

impl Route<'_> {
    fn has_parameter(&self) -> bool {
        self.path.contains('{')
    }

    /// The path with `id` for its parameters.
    fn at(&self, id: &str) -> String {
        self.path.split('/').map(|step| if step.starts_with('{') { id } else { step }).collect::<Vec<_>>().join("/")
    }

    fn call(&self, path: String, body: Option<Value>) -> Call {
        Call { method: self.method.clone(), path, body: body.map_or_else(String::new, |body| body.to_string()), json: true, program: true }
    }

    async fn with_ids_in_the_path(&self, world: &World, theirs: &Theirs, book: &mut Book) {
        if !self.has_parameter() {
            let changes = self.method != Method::GET;
            book.call(world, theirs, self.call(self.path.to_owned(), changes.then(base)), false).await;
            return;
        }
        for id in theirs.samples() {
            let body = (self.method != Method::GET).then(|| json!({ "amount": 100 }));
            book.call(world, theirs, self.call(self.at(id), body), true).await;
            if self.method != Method::GET {
                book.call(world, theirs, self.call(self.at(id), Some(json!({}))), true).await;
            }
        }
    }

    async fn with_ids_in_the_query(&self, world: &World, theirs: &Theirs, book: &mut Book) {
        let own = if self.path.contains("payment_intents") { &world.order } else { &world.payment };
        let path = self.at(own);
        let named = self.operation["parameters"].as_array().into_iter().flatten();
        let queries = named.map(|parameter| self.resolve(parameter)).filter(|parameter| parameter["in"] == "query");
        for name in queries.filter_map(|parameter| parameter["name"].as_str()) {
            for id in theirs.samples() {
                if self.method == Method::GET && !["start", "limit", "order"].contains(&name) {
                    book.call(world, theirs, self.call(format!("{path}?{name}={id}"), None), false).await;
                }
            }
        }
    }

    /// Each property with each id, alone and inside what else is needed; also on an object of ours.
    async fn with_ids_in_the_body(&self, world: &World, theirs: &Theirs, book: &mut Book) {
        let schema = self.resolve(&self.operation["requestBody"]["content"]["application/json"]["schema"]);
        let mut names = Vec::new();
        self.properties(schema, &mut names, 0);
        let own = if self.path.contains("payment_intents") { &world.order } else { &world.payment };
        for name in names {
            for id in theirs.named() {
                let mut body = base();
                body[&name] = json!(id);
                book.call(world, theirs, self.call(self.at(own), Some(body)), false).await;
            }
        }
    }

    fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        match value["$ref"].as_str().and_then(|at| at.strip_prefix('#')) {
            Some(at) => self.document.pointer(at).unwrap(),
            None => value,
        }
    }

    fn properties(&self, schema: &Value, names: &mut Vec<String>, depth: usize) {
        let schema = self.resolve(schema);
        if depth > 3 {
            return;
        }
        names.extend(schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()));
        for kind in ["allOf", "oneOf", "anyOf"] {
            for one in schema[kind].as_array().into_iter().flatten() {
                self.properties(one, names, depth + 1);
            }
        }
        names.sort();
        names.dedup();
    }
}
