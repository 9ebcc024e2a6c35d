//! Turns the wasm entries, the styles and the public files into what a browser loads: content-hashed, compressed
//! ahead, and listed in `manifest.json` with the integrity value of each. The same input gives the same bytes.
//!
//! Run from the repository's root: `bundler [--fast] WASM_FOLDER SITE_FOLDER`. `--fast` is for development: no
//! `wasm-opt`, no compression.

mod cache;
mod gather;
mod merge;
mod site;
mod snip;
mod split;
mod styles;
mod wasm;

use std::{
    collections::BTreeMap,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use cache::Cache;
use site::Site;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The two applications. Each has a wasm entry `frontend_<name>.wasm` and a style entry `style/<name>.css`.
const APPS: [wasm::App; 2] = [
    // Payers wait for every byte of it.
    wasm::App { name: "checkout", level: "-Oz", parts: None },
    // `-Oz` takes half as long again there and gains little.
    wasm::App { name: "dashboard", level: "-Os", parts: Some(&["payments", "home"]) },
];

struct Options {
    fast: bool,
    wasm: PathBuf,
    site: PathBuf,
}

impl Options {
    fn parse(args: impl Iterator<Item = String>) -> Result<Self> {
        let (flags, paths): (Vec<_>, Vec<_>) = args.partition(|arg| arg.starts_with("--"));
        let fast = match flags.as_slice() {
            [] => false,
            [flag] if flag == "--fast" => true,
            _ => return Err(format!("unknown option: {}", flags.join(" ")).into()),
        };
        match paths.as_slice() {
            [wasm, site] => Ok(Self { fast, wasm: wasm.into(), site: site.into() }),
            _ => Err("usage: bundler [--fast] WASM_FOLDER SITE_FOLDER".into()),
        }
    }
}

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| bundle(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bundler: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(options: &Options) -> Result<()> {
    let cache = Cache::open(&options.site)?;
    let mut site = Site::create(&options.site, !options.fast)?;
    let bundled = wasm::bundle_all(&APPS, options, &cache)?;
    let mut first = Vec::new();
    for (app, bundle) in APPS.iter().zip(bundled) {
        let mut placed = BTreeMap::new();
        for (name, wasm) in &bundle.chunks {
            placed.insert(name.clone(), site.add(&format!("{}.{name}.wasm", app.name), wasm.clone(), &cache)?);
        }
        let glue = bundle.joined(&placed)?;
        first.extend(bundle.parts().map(|(part, files)| (app.name, part.clone(), files.clone())));
        let file = site.add(&format!("{}.wasm", app.name), bundle.wasm, &cache)?;
        let module = wasm::hydration_module(app, &glue, &file);
        site.add(&format!("{}.js", app.name), module.into_bytes(), &cache)?;
        let entry = PathBuf::from(format!("style/{}.css", app.name));
        site.add(&format!("{}.css", app.name), styles::bundle(&entry)?.into_bytes(), &cache)?;
    }
    for (name, bytes) in public_files(Path::new("public"))? {
        site.add(&name, bytes, &cache)?;
    }
    print!("{}", site.summary());
    for (app, part, files) in first {
        println!("  first load of {app}'s {part}: {} KB", site.first_load(app, &files).div_ceil(1024));
    }
    site.finish()?;
    cache.sweep()
}

/// The files directly in `folder`, sorted by name.
fn public_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
        files.push((name, std::fs::read(entry.path())?));
    }
    files.sort();
    Ok(files)
}
