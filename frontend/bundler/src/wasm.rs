//! An application's wasm and its JavaScript: `wasm-bindgen` as a library (so that it can't differ from the version in
//! the lock file), then `wasm-opt`.

use std::{collections::BTreeMap, fs, path::Path, process::Command, thread};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    Options, Result,
    cache::Cache,
    site::Placed,
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

/// All applications, each in its own thread: `wasm-opt` is the slow part and uses one core each.
pub fn bundle_all(apps: &[App], options: &Options, cache: &Cache) -> Result<Vec<Bundle>> {
    thread::scope(|scope| {
        let running: Vec<_> = apps.iter().map(|app| scope.spawn(|| bundle(app, options, cache))).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| "a bundler thread panicked")?).collect()
    })
}

fn bundle(app: &App, options: &Options, cache: &Cache) -> Result<Bundle> {
    let input = options.wasm.join(format!("frontend_{}.wasm", app.name));
    // Debug builds stay in one piece.
    let split = if app.parts.is_some() && !options.fast {
        let scratch = options.site.with_extension(format!("{}.parts", app.name));
        Some(split::split(&fs::read(&input).map_err(|error| format!("{}: {error}", input.display()))?, &scratch)?)
    } else {
        None
    };
    let (wasm, glue) = bind(split.as_ref().map_or(&input, |split| &split.main), options.fast, split.is_some())?;
    if options.fast {
        return Ok(Bundle { wasm, glue: glue + RELOAD, chunks: Vec::new(), loaders: None });
    }
    let step = format!("wasm-opt {} {}", binaryen_version()?, app.level);
    let small = |name: &str, wasm: Vec<u8>| cache.get(&step, &wasm, || optimise(name, app.level, &wasm, &options.site));
    let Some(split) = split else {
        return Ok(Bundle { wasm: small(app.name, wasm)?, glue, chunks: Vec::new(), loaders: None });
    };
    let wasm = small(app.name, wasm)?;
    let Files { files, parts } = split::gathered(&split, app.parts.unwrap_or_default())?;
    let chunks = files.into_iter().map(|(name, wasm)| Ok((name.clone(), small(&name, wasm)?))).collect::<Result<_>>()?;
    if let Some(scratch) = split.main.parent() {
        fs::remove_dir_all(scratch)?;
    }
    Ok(Bundle { wasm, glue, chunks, loaders: Some((split.loaders, parts)) })
}

/// The module as browsers take it, and its script.
fn bind(input: &Path, fast: bool, split: bool) -> Result<(Vec<u8>, String)> {
    let mut output = Bindgen::new()
        .input_path(input)
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
        .map_err(|error| format!("{}: {error:#}", input.display()))?;
    // The integrity value on the page covers one file, so a module that imports others would escape it.
    let own: Vec<_> = output.snippets().iter().filter(|(_, files)| !files.is_empty()).map(|(name, _)| name).collect();
    if !own.is_empty() || !output.local_modules().is_empty() {
        return Err(format!("{}: dependencies bring JavaScript of their own: {own:?}", input.display()).into());
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

/// The one script of a page: it asks for the wasm first, then defines the glue while that is under way, then starts.
/// `data-hydrated` on the root element tells tests and styles that the page now answers by itself; an application of parts, which waits
/// for its first one, says so itself.
pub fn hydration_module(app: &App, glue: &str, wasm: &Placed) -> String {
    let then = if app.parts.is_some() { "" } else { ".then(()=>{document.documentElement.dataset.hydrated=\"\"})" };
    format!(
        "const hydrating=fetch(\"{}\",{{integrity:\"{}\"}});\n{glue}__wbg_init({{module_or_path:hydrating}}){then};\n",
        wasm.url, wasm.integrity
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_loads_the_wasm_by_its_hashed_name_and_integrity() {
        let wasm = Placed { url: "/assets/checkout-ab.wasm".into(), integrity: "sha384-xyz".into() };
        let app = App { name: "checkout", level: "-Oz", parts: None };
        let module = hydration_module(&app, &compact("/**\n * @returns {number}\n */\nfunction a() {\n    return 1;\n}\n\n"), &wasm);
        assert!(module.starts_with("const hydrating=fetch(\"/assets/checkout-ab.wasm\",{integrity:\"sha384-xyz\"});"));
        assert!(module.contains(";\nfunction a() {\nreturn 1;\n}\n__wbg_init("));
    }
}
