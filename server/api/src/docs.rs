//! `/openapi.json`, and `/docs` for people: the same document as one page, written here, with no script.

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use serde_json::Value;

use crate::document::{openapi_v1, openapi_v2};

const STYLE: &str = include_str!("docs.css");
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/openapi.json", get(|| async { document(openapi_v2()) }))
        .route("/openapi-v1.json", get(|| async { document(openapi_v1()) }))
        .route("/docs", get(|| async { page() }))
        .route("/docs/style.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")], STYLE) }))
}

fn document(document: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "max-age=300")], document.to_string()).into_response()
}

fn page() -> Response {
    static PAGE: OnceLock<String> = OnceLock::new();
    let page = PAGE.get_or_init(|| Page { document: openapi_v2(), html: String::new() }.written());
    let headers = [(CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, Html(page.as_str())).into_response()
}

const ORDER: &[&str] = &["payment intents", "payments", "refunds", "customers", "cards", "disputes", "events", "sandbox", "ping"];

struct Page {
    document: &'static Value,
    html: String,
}

/// Text into HTML; what stands in back-ticks becomes code.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut in_code = false;
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '`' => {
                html.push_str(if in_code { "</code>" } else { "<code>" });
                in_code = !in_code;
            }
            letter => html.push(letter),
        }
    }
    if in_code {
        html.push_str("</code>");
    }
    html
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The name in `#/components/schemas/Name`.
fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(|way| way.rsplit('/').next())
}

/// A schema in few words: "string, null", "list of `CardOut`", with its limits.
fn kind(schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    let one_of = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema.get(key)?.as_array());
    if let Some(several) = one_of {
        return several.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", kind(items));
    }
    let types = match schema.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    };
    let mut out = escaped(&types);
    for (key, word) in
        [("format", ""), ("minLength", "from "), ("maxLength", "to "), ("minimum", "≥ "), ("maximum", "≤ "), ("default", "default ")]
    {
        if let Some(value) = schema.get(key) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let unit = if key.ends_with("Length") { " characters" } else { "" };
            let _ = write!(out, ", {word}{}{unit}", escaped(&value));
        }
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words: Vec<String> = words.iter().filter_map(Value::as_str).map(|word| format!("<code>{}</code>", escaped(word))).collect();
        let _ = write!(out, ": {}", words.join(" "));
    }
    out
}

impl Page {
    fn put(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn written(mut self) -> String {
        let document = self.document;
        let info = &document["info"];
        self.put("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        self.put("<title>Guichet API</title><link rel=\"stylesheet\" href=\"/docs/style.css\"></head><body>");
        self.put("<a class=\"skip\" href=\"#main\">Skip to the content</a>");
        self.contents();
        self.put("<main id=\"main\"><header><h1>Guichet API</h1>");
        let about = format!("<p>{}</p>", escaped(text(info, "description")));
        self.put(&about);
        self.put("<p>Machine-readable: <a href=\"/openapi.json\">openapi.json</a> (version 2), <a href=\"/openapi-v1.json\">openapi-v1.json</a> (version 1).</p>");
        self.put("<pre><code>curl https://…/v2/payment_intents/ -u stest_…: \\\n  -H 'Content-Type: application/json' -d '{\"amount\": 12990}'</code></pre></header>");
        for tag in self.tags() {
            self.section(tag);
        }
        self.refusals();
        self.objects();
        self.put("</main></body></html>");
        self.html
    }

    /// What a merchant begins with first, what isn't in [`ORDER`] last.
    fn tags(&self) -> Vec<&'static str> {
        let mut tags = Vec::new();
        for (_, _, operation) in operations(self.document) {
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags.sort_by_key(|tag| ORDER.iter().position(|known| known == tag).unwrap_or(ORDER.len()));
        tags
    }

    fn contents(&mut self) {
        self.put("<nav aria-label=\"Contents\"><p class=\"brand\">Guichet API</p><ul>");
        for tag in self.tags() {
            let entry = format!("<li><a href=\"#{}\">{}</a></li>", anchor(tag), escaped(&capital(tag)));
            self.put(&entry);
        }
        self.put("<li><a href=\"#errors\">Errors</a></li><li><a href=\"#objects\">Objects</a></li></ul></nav>");
    }

    fn section(&mut self, tag: &str) {
        let head = format!("<section aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>", anchor(tag), escaped(&capital(tag)));
        self.put(&head);
        for (method, path, operation) in operations(self.document) {
            if operation["tags"][0] == tag && operation.get("deprecated").is_none() {
                self.operation(method, path, operation);
            }
        }
        self.put("</section>");
    }

    fn operation(&mut self, method: &str, path: &str, operation: &Value) {
        let id = text(operation, "operationId");
        let head = format!(
            "<article id=\"{id}\"><h3>{}</h3><p class=\"address\"><span class=\"method {method}\">{}</span> <code>{}</code></p>",
            escaped(text(operation, "summary")),
            method.to_uppercase(),
            escaped(path)
        );
        self.put(&head);
        let about = text(operation, "description");
        if !about.is_empty() {
            let about = format!("<p>{}</p>", escaped(about));
            self.put(&about);
        }
        let parameters: Vec<&Value> =
            operation["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter.get("name").is_some()).collect();
        if !parameters.is_empty() {
            self.put("<h4>Parameters</h4><dl>");
            for parameter in parameters {
                self.entry(
                    text(parameter, "name"),
                    parameter.get("required") == Some(&Value::Bool(true)),
                    &parameter["schema"],
                    text(parameter, "description"),
                );
            }
            self.put("</dl>");
        }
        if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
            let body = format!("<p>Body: {}</p>", kind(schema));
            self.put(&body);
        }
        if let Some(schema) = operation.pointer("/responses/200/content/application~1json/schema") {
            let answer = format!("<p>Answers {}</p>", kind(schema));
            self.put(&answer);
        }
        self.put("</article>");
    }

    fn entry(&mut self, name: &str, required: bool, schema: &Value, about: &str) {
        let required = if required { " <span class=\"required\">required</span>" } else { "" };
        let entry = format!(
            "<dt><code>{}</code>{required} <span class=\"kind\">{}</span></dt><dd>{}</dd>",
            escaped(name),
            kind(schema),
            escaped(about)
        );
        self.put(&entry);
    }

    fn refusals(&mut self) {
        self.put("<section aria-labelledby=\"errors\"><h2 id=\"errors\">Errors</h2><p>Every operation may answer one of these; every answer carries a <code>Request-Id</code>.</p><dl>");
        let document = self.document;
        let first = operations(document).next().map(|(_, _, operation)| operation);
        for (status, response) in entries(first.map(|operation| &operation["responses"])) {
            if let Some(known) = referred(response).and_then(|name| document["components"]["responses"].get(name)) {
                let schema = known.pointer("/content/application~1json/schema").cloned().unwrap_or_default();
                self.entry(status, false, &schema, text(known, "description"));
            }
        }
        self.put("</dl></section>");
    }

    fn objects(&mut self) {
        self.put("<section aria-labelledby=\"objects\"><h2 id=\"objects\">Objects</h2>");
        let document = self.document;
        for (name, schema) in entries(document.pointer("/components/schemas")) {
            let head = format!("<article id=\"{name}\"><h3>{name}</h3><p>{}</p>", escaped(text(schema, "description")));
            self.put(&head);
            let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if schema.get("properties").is_some() {
                self.put("<dl>");
                for (field, of) in entries(schema.get("properties")) {
                    self.entry(field, required.contains(&field.as_str()), of, text(of, "description"));
                }
                self.put("</dl>");
            } else {
                let line = format!("<p>{}</p>", kind(schema));
                self.put(&line);
            }
            self.put("</article>");
        }
        self.put("</section>");
    }
}

fn operations(document: &'static Value) -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    entries(document.get("paths")).flat_map(|(path, item)| {
        ["get", "post", "patch", "delete"].into_iter().filter_map(move |method| Some((method, path.as_str(), item.get(method)?)))
    })
}

fn anchor(tag: &str) -> String {
    tag.replace(' ', "-")
}

fn capital(tag: &str) -> String {
    model::error::titled(tag)
}
