// What the bundler writes as `manifest.json`: shared by the build script, which embeds the files, and the library, which
// reads them from disk in debug builds.

use std::collections::BTreeMap;

use serde::Deserialize;

/// By logical name (`checkout.css`).
pub type Manifest = BTreeMap<String, Entry>;

/// Paths are relative to the manifest's folder; `br` and `gz` are the same file compressed.
#[derive(Deserialize)]
pub struct Entry {
    pub path: String,
    pub sha384: String,
    pub content_type: String,
    pub br: Option<String>,
    pub gz: Option<String>,
}
