//! The folder that `server/assets` embeds: hashed files, their compressed forms, and `manifest.json`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use sha2::{Digest, Sha384};

use crate::{Result, cache::Cache};

/// One line of the manifest, by the file's logical name (`checkout.css`). Paths are relative to the site's folder.
#[derive(Serialize)]
struct Entry {
    path: String,
    /// Subresource Integrity: `sha384-` and base64.
    sha384: String,
    content_type: &'static str,
    /// The same file compressed, when that is smaller.
    br: Option<String>,
    gz: Option<String>,
    #[serde(skip)]
    sizes: [usize; 3],
}

/// Where a page finds a file.
pub struct Placed {
    pub url: String,
    pub integrity: String,
}

pub struct Site {
    /// Written beside the place and moved there at the end, so that a failed run leaves the old site whole.
    draft: PathBuf,
    place: PathBuf,
    compress: bool,
    entries: BTreeMap<String, Entry>,
}

impl Site {
    pub fn create(place: &Path, compress: bool) -> Result<Self> {
        let draft = place.with_extension("draft");
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        fs::create_dir_all(&draft)?;
        Ok(Self { draft, place: place.to_owned(), compress, entries: BTreeMap::new() })
    }

    /// Adds a file under its logical name; the name it gets carries a hash of its content.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>, cache: &Cache) -> Result<Placed> {
        let (stem, extension) = name.rsplit_once('.').ok_or_else(|| format!("{name} has no extension"))?;
        let content_type = content_type(extension).ok_or_else(|| format!("{name}: unknown kind of file"))?;
        let digest = Sha384::digest(&bytes);
        let path = format!("{stem}-{}.{extension}", hex::encode(&digest[..8]));
        let mut entry = Entry {
            sha384: format!("sha384-{}", BASE64_STANDARD.encode(digest)),
            content_type,
            br: None,
            gz: None,
            sizes: [bytes.len(); 3],
            path,
        };
        fs::write(self.draft.join(&entry.path), &bytes)?;
        if self.compress {
            let br = compressed(&bytes, cache)?;
            entry.sizes[1] = br.len();
            entry.br = self.write_if_smaller(&entry.path, "br", &br, bytes.len())?;
            let gz = gzip(&bytes)?;
            entry.sizes[2] = gz.len();
            entry.gz = self.write_if_smaller(&entry.path, "gz", &gz, bytes.len())?;
        }
        let placed = Placed { url: format!("/assets/{}", entry.path), integrity: entry.sha384.clone() };
        self.entries.insert(name.to_owned(), entry);
        Ok(placed)
    }

    fn write_if_smaller(&self, path: &str, kind: &str, compressed: &[u8], whole: usize) -> Result<Option<String>> {
        if compressed.len() >= whole {
            return Ok(None);
        }
        let path = format!("{path}.{kind}");
        fs::write(self.draft.join(&path), compressed)?;
        Ok(Some(path))
    }

    /// The weight of every file, a line each, for whoever watches the build.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        for (name, entry) in &self.entries {
            let [plain, br, gz] = entry.sizes;
            _ = writeln!(text, "  {name:<16} {plain:>9} bytes, brotli {br:>8}, gzip {gz:>8}");
        }
        text
    }

    /// What arrives first of a page in this part, in compressed bytes; its document comes on top.
    pub fn first_load(&self, app: &str, files: &[String]) -> usize {
        let own = ["css", "js", "wasm"].map(|kind| format!("{app}.{kind}"));
        let part = files.iter().map(|file| format!("{app}.{file}.wasm"));
        own.into_iter().chain(part).filter_map(|name| self.entries.get(&name)).map(|entry| entry.sizes[1]).sum()
    }

    pub fn finish(self) -> Result<()> {
        let manifest = serde_json::to_string_pretty(&self.entries)?;
        // Names carry their contents' hashes: the same manifest is the same set. Leaving it untouched spares the server a rebuild.
        if fs::read_to_string(self.place.join("manifest.json")).is_ok_and(|present| present == manifest) {
            fs::remove_dir_all(&self.draft)?;
            return Ok(());
        }
        fs::write(self.draft.join("manifest.json"), manifest)?;
        if self.place.exists() {
            fs::remove_dir_all(&self.place)?;
        }
        fs::rename(self.draft, self.place)?;
        Ok(())
    }
}

fn content_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// As small as brotli makes it.
pub fn compressed(bytes: &[u8], cache: &Cache) -> Result<Vec<u8>> {
    cache.get("brotli 11, window 22", bytes, || brotli(bytes))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_of(folder: &Path, content: &[u8]) -> (Placed, serde_json::Value) {
        let place = folder.join("site");
        let cache = Cache::open(&place).unwrap();
        let mut site = Site::create(&place, true).unwrap();
        let placed = site.add("checkout.css", content.to_vec(), &cache).unwrap();
        site.finish().unwrap();
        let manifest = fs::read(place.join("manifest.json")).unwrap();
        (placed, serde_json::from_slice(&manifest).unwrap())
    }

    #[test]
    fn names_follow_the_content_and_the_manifest_leads_to_every_form() {
        let folder = tempfile::tempdir().unwrap();
        let content = b"body{color:red}".repeat(40);
        let (placed, manifest) = site_of(folder.path(), &content);
        let entry = &manifest["checkout.css"];
        assert_eq!(format!("/assets/{}", entry["path"].as_str().unwrap()), placed.url);
        assert_eq!(entry["sha384"], placed.integrity.as_str());
        let read = |key: &str| fs::read(folder.path().join("site").join(entry[key].as_str().unwrap())).unwrap();
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*read("br"), &mut plain).unwrap();
        assert_eq!(plain, content);
        assert_eq!(&read("gz")[..2], [0x1f, 0x8b]);

        let again = tempfile::tempdir().unwrap();
        assert_eq!(site_of(again.path(), &content).1, manifest, "the same input gives the same site");
        let other = tempfile::tempdir().unwrap();
        assert_ne!(site_of(other.path(), b"body{}").0.url, placed.url, "another content, another name");
    }

    #[test]
    fn a_form_that_is_not_smaller_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (_, manifest) = site_of(folder.path(), b"a{}");
        assert!(manifest["checkout.css"]["gz"].is_null());
    }

    #[test]
    fn a_file_of_unknown_kind_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("site");
        let cache = Cache::open(&place).unwrap();
        let mut site = Site::create(&place, false).unwrap();
        assert!(site.add("notes.doc", Vec::new(), &cache).is_err());
    }
}
