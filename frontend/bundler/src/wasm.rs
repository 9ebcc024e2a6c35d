//! An application's wasm and its JavaScript: `wasm-bindgen` as a library (so that it can't differ from the version in
//! the lock file), then `wasm-opt`.

use std::{collections::BTreeMap, fs, path::Path, process::Command, sync::Mutex, thread};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    Options, Result,
    cache::Cache,
    site::{self, Placed},
    snip::snip,
    split::{self, Files},
};

pub struct App {
    pub name: &'static str,
    /// What `wasm-opt` optimises for.
    pub level: &'static str,
    /// Its pages are parts that arrive when they are needed. These are the ones that people open first; None: it stays in one piece.
    pub parts: Option<&'static [&'static str]>,
}

pub struct Bundle {
    pub wasm: Vec<u8>,
    /// What `wasm-bindgen` wrote: the imports of the wasm module and its loader, without the start.
    pub glue: String,
    /// What is loaded later, by name.
    pub chunks: Vec<(String, Vec<u8>)>,
    loaders: Option<(String, BTreeMap<String, Vec<String>>)>,
}

impl Bundle {
    /// The files of each part, beside the application's own.
    pub fn parts(&self) -> impl Iterator<Item = (&String, &Vec<String>)> {
        self.loaders.iter().flat_map(|(_, parts)| parts)
    }

    /// The whole script's glue, once it is known where the chunks are.
    pub fn joined(&self, placed: &BTreeMap<String, Placed>) -> Result<String> {
        match &self.loaders {
            Some((loaders, parts)) => split::join(&self.glue, loaders, parts, placed),
            None => Ok(self.glue.clone()),
        }
    }
}

/// What rustc's wasm32 target already uses; named because the section that says so is stripped.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
const STRIP: [&str; 3] = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/// For development: an open page reloads itself once a file that it came with is gone, replaced by a newer one.
const RELOAD: &str = r#"setInterval(async () => {
for (const part of document.querySelectorAll("script[src],link[rel=stylesheet]")) {
const answer = await fetch(part.src || part.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
if (answer?.status === 404) location.reload();
}
}, 1000);
"#;

const NODE_MODULES: &str = "frontend/bundler/node_modules";

/// All applications, each in its own thread.
pub fn bundle_all(apps: &[App], options: &Options, cache: &Cache) -> Result<Vec<Bundle>> {
    thread::scope(|scope| {
        let running: Vec<_> = apps.iter().map(|app| scope.spawn(|| bundle(app, options, cache))).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| "a bundler thread panicked")?).collect()
    })
}

fn bundle(app: &App, options: &Options, cache: &Cache) -> Result<Bundle> {
    let input = options.wasm.join(format!("frontend_{}.wasm", app.name));
    let linked = fs::read(&input).map_err(|error| format!("{}: {error}", input.display()))?;
    if options.fast {
        // Debug builds stay in one piece.
        let (wasm, glue) = bind(app, linked, true, false)?;
        return Ok(Bundle { wasm, glue: glue + RELOAD, chunks: Vec::new(), loaders: None });
    }
    let linked = snip(&linked).map_err(|error| format!("{}: {error}", input.display()))?;
    let Some(often) = app.parts else {
        let (wasm, glue) = bind(app, linked, false, false)?;
        return Ok(Bundle { wasm: small(app, app.name, &wasm, options, cache)?, glue, chunks: Vec::new(), loaders: None });
    };
    let scratch = options.site.with_extension(format!("{}.parts", app.name));
    let split = split::split(&linked, &scratch)?;
    let (wasm, glue) = bind(app, fs::read(&split.main)?, false, true)?;
    fs::remove_dir_all(scratch)?;
    let Files { mut files, parts } = split::gathered(&split, often)?;
    files.push((app.name.to_owned(), wasm));
    let mut chunks = all_small(app, &files, options, cache)?;
    let (_, wasm) = chunks.pop().ok_or("no main part")?;
    Ok(Bundle { wasm, glue, chunks, loaders: Some((split.loaders, parts)) })
}

/// `wasm-opt` and brotli are the slow part, and use one core each: as many at a time as there are.
fn all_small(app: &App, files: &[(String, Vec<u8>)], options: &Options, cache: &Cache) -> Result<Vec<(String, Vec<u8>)>> {
    // The largest is last in the list and is begun first.
    let waiting = Mutex::new(files.iter().enumerate().rev());
    let work = || {
        let mut done = Vec::new();
        while let Some((at, (name, wasm))) = waiting.lock().ok().and_then(|mut waiting| waiting.next()) {
            let wasm = small(app, name, wasm, options, cache)?;
            site::compressed(&wasm, cache)?;
            done.push((at, (name.clone(), wasm)));
        }
        Ok(done)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut done = thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| "a bundler thread panicked")?).collect::<Result<Vec<_>>>()
    })?
    .concat();
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, file)| file).collect())
}

fn small(app: &App, name: &str, wasm: &[u8], options: &Options, cache: &Cache) -> Result<Vec<u8>> {
    let step = format!("wasm-opt {} {}", binaryen_version()?, app.level);
    cache.get(&step, wasm, || optimise(name, app.level, wasm, &options.site))
}

/// The module as browsers take it, and its script.
fn bind(app: &App, linked: Vec<u8>, fast: bool, split: bool) -> Result<(Vec<u8>, String)> {
    let mut output = Bindgen::new()
        .input_bytes(app.name, linked)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .omit_default_module_path(true)
                .keep_debug(fast)
                // The parts find what they share in the main module by these.
                .keep_lld_exports(split)
                .remove_producers_section(true)
                .generate_output()
        })
        .map_err(|error| format!("{}: {error:#}", app.name))?;
    // The integrity value on the page covers one file, so a module that imports others would escape it.
    let own: Vec<_> = output.snippets().iter().filter(|(_, files)| !files.is_empty()).map(|(name, _)| name).collect();
    if !own.is_empty() || !output.local_modules().is_empty() {
        return Err(format!("{}: dependencies bring JavaScript of their own: {own:?}", app.name).into());
    }
    let glue = compact(output.js());
    Ok((output.wasm_mut().emit_wasm(), glue))
}

fn binaryen_version() -> Result<String> {
    let path = Path::new(NODE_MODULES).join("binaryen/package.json");
    let package =
        fs::read(&path).map_err(|error| format!("{}: {error}; 'make run' installs it (npm ci in frontend/bundler)", path.display()))?;
    let package: serde_json::Value = serde_json::from_slice(&package)?;
    Ok(package["version"].to_string())
}

fn optimise(name: &str, level: &str, wasm: &[u8], site: &Path) -> Result<Vec<u8>> {
    let input = site.with_extension(format!("{name}.in.wasm"));
    let output = site.with_extension(format!("{name}.out.wasm"));
    fs::write(&input, wasm)?;
    let status = Command::new("node")
        .arg(Path::new(NODE_MODULES).join("binaryen/bin/wasm-opt"))
        .args(FEATURES)
        .args(STRIP)
        .arg(level)
        .arg("-o")
        .args([&output, &input])
        .status()
        .map_err(|error| format!("node: {error}"))?;
    if !status.success() {
        return Err(format!("wasm-opt on {name} ended with {status}").into());
    }
    let optimised = fs::read(&output)?;
    fs::remove_file(input)?;
    fs::remove_file(output)?;
    Ok(optimised)
}

/// Without the indentation and the doc comments that `wasm-bindgen` writes for readers; no string of its own spans
/// lines.
fn compact(glue: &str) -> String {
    let mut text = String::with_capacity(glue.len());
    let mut in_comment = false;
    for line in glue.lines().map(str::trim).filter(|line| !line.is_empty()) {
        in_comment |= line.starts_with("/**");
        if !in_comment {
            text.push_str(line);
            text.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    text
}

/// The one script of a page: it defines the glue, asks for the wasm, and starts it.
/// `data-hydrated` on the root element tells tests and styles that the page now answers by itself; an application of parts, which waits
/// for its first one, says so itself.
pub fn hydration_module(app: &App, glue: &str, wasm: &Placed) -> String {
    let load = format!("fetch(\"{}\",{{integrity:\"{}\"}})", wasm.url, wasm.integrity);
    if app.parts.is_some() {
        return format!("const hydrating={load};\n{glue}__wbg_init({{module_or_path:hydrating}});\n");
    }
    // What a payer sees comes first: a frame is drawn before anything is asked for that the page does without.
    let begin = format!("__wbg_init({{module_or_path:{load}}}).then(()=>{{document.documentElement.dataset.hydrated=\"\"}})");
    format!("{glue}requestAnimationFrame(()=>setTimeout(()=>{{{begin}}}));\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_loads_the_wasm_by_its_hashed_name_and_integrity() {
        let wasm = Placed { url: "/assets/checkout-ab.wasm".into(), integrity: "sha384-xyz".into() };
        let app = App { name: "checkout", level: "-Oz", parts: None };
        let module = hydration_module(&app, &compact("/**\n * @returns {number}\n */\nfunction a() {\n    return 1;\n}\n\n"), &wasm);
        assert!(module.starts_with("function a() {\nreturn 1;\n}\nrequestAnimationFrame("), "{module}");
        assert!(module.contains("__wbg_init({module_or_path:fetch(\"/assets/checkout-ab.wasm\",{integrity:\"sha384-xyz\"})})"), "{module}");
        let whole = App { name: "dashboard", level: "-Os", parts: Some(&[]) };
        assert!(hydration_module(&whole, "", &wasm).starts_with("const hydrating=fetch(\"/assets/checkout-ab.wasm\""));
    }
}
