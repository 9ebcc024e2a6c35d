//! Embeds the bundled site into release builds. Debug builds read it from disk, so a change of a page relinks nothing.

#[path = "src/manifest.rs"]
mod manifest;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use manifest::{Entry, Manifest};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=GUICHET_SITE");
    println!("cargo::rerun-if-env-changed=GUICHET_SITE_REQUIRED");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/manifest.rs");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let site = root.join(env::var("GUICHET_SITE").unwrap_or_else(|_| "target/site".into()));
    println!("cargo::rustc-env=GUICHET_SITE_FOLDER={}", site.display());

    let mut table = String::from("&[");
    if env::var("PROFILE")? == "release" {
        let manifest = read(&site)?;
        if manifest.is_empty() && env::var_os("GUICHET_SITE_REQUIRED").is_some() {
            return Err(format!("no bundled pages in {}: run 'make build'", site.display()).into());
        }
        for (name, entry) in &manifest {
            embed(&mut table, &site, name, entry)?;
        }
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), table)?;
    Ok(())
}

/// An absent manifest is an empty set: the server then starts and its pages say what to run.
fn read(site: &Path) -> Result<Manifest, Box<dyn Error>> {
    let path = site.join("manifest.json");
    println!("cargo::rerun-if-changed={}", path.display());
    if !path.exists() {
        return Ok(Manifest::new());
    }
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

fn embed(table: &mut String, site: &Path, name: &str, entry: &Entry) -> Result<(), std::fmt::Error> {
    let source = |path: &str| {
        let whole = site.join(path).display().to_string();
        format!("Source::Embedded(include_bytes!({whole:?}))")
    };
    let form = |path: &Option<String>| path.as_deref().map_or("None".into(), |path| format!("Some({})", source(path)));
    let Entry { path, sha384, content_type, br, gz } = entry;
    write!(
        table,
        "File {{ name: Cow::Borrowed({name:?}), path: Cow::Borrowed({path:?}), integrity: Cow::Borrowed({sha384:?}), \
         content_type: Cow::Borrowed({content_type:?}), plain: {}, br: {}, gz: {} }},",
        source(path),
        form(br),
        form(gz)
    )
}
