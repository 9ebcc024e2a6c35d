//! What the dashboard answers to, as its source says it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn dashboard() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/dashboard/src")
}

/// The text of every file of Rust in a folder and below it.
pub fn files(folder: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(fs::read_to_string(path).unwrap());
        }
    }
}

fn all_after(text: &str, mark: &str) -> Vec<String> {
    text.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// Addresses of server functions.
pub fn functions() -> BTreeSet<String> {
    let mut texts = Vec::new();
    files(&dashboard(), &mut texts);
    let mut found = BTreeSet::new();
    for text in &texts {
        let endpoints = text.split("#[server(").skip(1).filter_map(|rest| rest.split("fn ").next());
        for attribute in endpoints.filter(|attribute| attribute.contains("endpoint")) {
            assert!(attribute.contains("prefix = \"/_fn\""), "{attribute}");
            found.extend(all_after(attribute, "endpoint = \"").into_iter().map(|endpoint| format!("/_fn/{endpoint}")));
        }
        assert_eq!(text.matches("#[server(prefix").count(), text.matches("#[server(prefix = \"/_fn\", endpoint = \"").count());
        assert!(!text.contains("#[server]") && !text.contains("#[server()]"), "a server function without an address of its own");
    }
    found
}

/// Routes whose address stands in a constant.
const NAMED: [(&str, &str); 2] = [("query::CSV", "/dashboard/payments.csv"), ("crate::shell::shortcuts::PATH", "/dashboard/shortcuts")];

/// Address and handlers of every route beside the application's.
fn others() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    files(&dashboard().join("server"), &mut texts);
    let mut found = Vec::new();
    for line in texts.iter().flat_map(|text| text.lines()) {
        let Some((_, rest)) = line.split_once(".route(") else { continue };
        let (at, handlers) = rest.split_once(',').unwrap_or_else(|| panic!("a route over several lines: {line}"));
        let literal = at.trim().strip_prefix('"').and_then(|at| at.strip_suffix('"'));
        let named = || NAMED.iter().find(|(name, _)| *name == at.trim()).map(|(_, path)| *path);
        let path = literal.or_else(named).unwrap_or_else(|| panic!("what is {at}?"));
        found.push((path.to_owned(), handlers.to_owned()));
    }
    found
}

/// Pages of the application and its other routes, parameters as `{id}`.
pub fn routes() -> BTreeSet<String> {
    let app = fs::read_to_string(dashboard().join("app.rs")).unwrap();
    let pages = all_after(&app, "path=path!(\"").into_iter().map(|path| {
        let steps = path.split('/').map(|step| step.strip_prefix(':').map_or_else(|| step.to_owned(), |name| format!("{{{name}}}")));
        steps.collect::<Vec<_>>().join("/").replace("*any", "nothing/{id}")
    });
    assert_eq!(app.matches("<Route ").count(), app.matches("path=path!(\"").count(), "a page whose address is no text");
    pages.chain(others().into_iter().map(|(path, _)| path)).collect()
}

/// Addresses to which forms are posted beside server functions.
pub fn posts() -> BTreeSet<String> {
    others().into_iter().filter(|(_, handlers)| handlers.contains("post(")).map(|(path, _)| path).collect()
}
