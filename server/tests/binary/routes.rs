//! The addresses of the other rooms than the dashboard, as their source says them.

use std::fs;
use std::path::Path;

use crate::source;

/// Rooms with routes of their own.
const ROOMS: [&str; 4] = ["src", "acquirer/src", "assets/src", "../app/checkout/src"];
/// What the API answers to beside both versions.
const DOCUMENTS: &str = "api/src/docs.rs";
/// What stands below both versions; some of it is in no document.
const RESOURCES: &str = "api/src/resources";
const VERSIONS: [&str; 2] = ["/v1", "/v2"];
/// Methods by how handlers are given theirs.
const METHODS: [(&str, &str); 4] = [("get(", "GET"), ("post(", "POST"), ("patch(", "PATCH"), ("delete(", "DELETE")];

pub struct Route {
    /// Parameters as `{name}`.
    pub path: String,
    pub methods: Vec<&'static str>,
}

impl Route {
    /// Whether browsers ask there, and not programs.
    pub fn is_page(&self) -> bool {
        !VERSIONS.iter().any(|version| self.path.starts_with(version))
    }

    /// Its address with these for the parameters, in order; the last one for all that follow.
    pub fn at(&self, values: &[&str]) -> String {
        let mut values = values.iter().copied();
        let mut last = "";
        let steps = self.path.split('/').map(|step| {
            if step.starts_with('{') {
                last = values.next().unwrap_or(last);
                return last;
            }
            step
        });
        steps.collect::<Vec<_>>().join("/")
    }
}

/// Every route of these rooms.
pub fn all() -> Vec<Route> {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![fs::read_to_string(server.join(DOCUMENTS)).unwrap()];
    for room in ROOMS {
        let before = texts.len();
        source::files(&server.join(room), &mut texts);
        assert!(texts.iter().skip(before).any(|text| text.contains(".route(")), "{room} has no routes any more");
    }
    let mut found: Vec<Route> = texts.iter().flat_map(|text| routes_in(text, "")).collect();
    let mut resources = Vec::new();
    source::files(&server.join(RESOURCES), &mut resources);
    for version in VERSIONS {
        found.extend(resources.iter().flat_map(|text| routes_in(text, version)));
        for end in ["", "/"] {
            found.push(Route { path: format!("{version}{end}"), methods: vec!["GET"] });
        }
    }
    found
}

fn routes_in(text: &str, prefix: &str) -> Vec<Route> {
    let route = |rest: &str| {
        let path = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let (path, handlers) =
            path.unwrap_or_else(|| panic!("a route whose address is no text: {}", rest.lines().next().unwrap_or_default()));
        let handlers = handlers.split_once(';').map_or(handlers, |(handlers, _)| handlers);
        let mut methods: Vec<_> = METHODS.into_iter().filter(|(name, _)| handlers.contains(name)).map(|(_, method)| method).collect();
        if methods.is_empty() {
            methods.push("GET");
        }
        Route { path: format!("{prefix}{path}"), methods }
    };
    text.split(".route(").skip(1).map(route).collect()
}
