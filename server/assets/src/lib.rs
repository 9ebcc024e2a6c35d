//! The files that browsers load: wasm, its module, styles and icons, as the bundler made them. Release builds carry them
//! inside the binary; debug builds read `$GUICHET_SITE` (`target/site` by default) at each request.

mod manifest;
mod serve;

use std::{
    borrow::Cow,
    fs,
    path::{Path, PathBuf},
};

use manifest::{Entry, Manifest};
pub use serve::router;

/// What a page writes into `src` or `href` and `integrity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub url: String,
    /// Subresource Integrity: `sha384-` and base64.
    pub integrity: String,
}

/// The file with this logical name (`checkout.css`, `dashboard.js`), or nothing when the pages were not built.
pub fn asset(name: &str) -> Option<Asset> {
    let site = Site::current();
    let file = site.files.iter().find(|file| file.name == name)?;
    Some(Asset { url: format!("/assets/{}", file.path), integrity: file.integrity.to_string() })
}

/// The text of that file, for a page that holds it instead of asking for it. Nothing in debug builds, which embed nothing: there pages ask for files,
/// and see by them when one has changed.
pub fn text(name: &str) -> Option<&'static str> {
    let file = EMBEDDED.iter().find(|file| file.name == name)?;
    match file.plain {
        Source::Embedded(bytes) => std::str::from_utf8(bytes).ok(),
        Source::Disk(_) => None,
    }
}

/// A file by its logical name, with what a page writes to load it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub url: String,
    pub integrity: String,
}

/// Every file that pages load, by name; none when the pages were not built.
pub fn list() -> Vec<Listed> {
    let listed =
        |file: &File| Listed { name: file.name.to_string(), url: format!("/assets/{}", file.path), integrity: file.integrity.to_string() };
    Site::current().files.iter().map(listed).collect()
}

struct Site {
    files: Cow<'static, [File]>,
}

/// Its names, kind and the forms it is kept in.
#[derive(Clone)]
struct File {
    name: Cow<'static, str>,
    path: Cow<'static, str>,
    integrity: Cow<'static, str>,
    content_type: Cow<'static, str>,
    plain: Source,
    br: Option<Source>,
    gz: Option<Source>,
}

#[derive(Clone)]
#[cfg_attr(debug_assertions, expect(dead_code, reason = "debug builds embed nothing"))]
enum Source {
    Embedded(&'static [u8]),
    Disk(PathBuf),
}

/// Filled in release builds, empty in debug builds (see build.rs).
static EMBEDDED: &[File] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

impl Site {
    fn current() -> Self {
        if cfg!(debug_assertions) { Self::read(Path::new(env!("GUICHET_SITE_FOLDER"))) } else { Self { files: Cow::Borrowed(EMBEDDED) } }
    }

    /// A folder without a readable manifest is an empty site.
    fn read(folder: &Path) -> Self {
        let manifest: Manifest =
            fs::read(folder.join("manifest.json")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let files = manifest.into_iter().map(|(name, entry)| File::on_disk(folder, name, entry)).collect();
        Self { files: Cow::Owned(files) }
    }
}

impl File {
    fn on_disk(folder: &Path, name: String, entry: Entry) -> Self {
        let source = |path: String| Source::Disk(folder.join(path));
        Self {
            plain: source(entry.path.clone()),
            name: name.into(),
            path: entry.path.into(),
            integrity: entry.sha384.into(),
            content_type: entry.content_type.into(),
            br: entry.br.map(source),
            gz: entry.gz.map(source),
        }
    }
}
