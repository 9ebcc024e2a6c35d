//! An application's wasm and its JavaScript: `wasm-bindgen` as a library (so that it can't differ from the version in
//! the lock file), then `wasm-opt`.

use std::{fs, path::Path, process::Command, thread};

use wasm_bindgen_cli_support::Bindgen;

use crate::{Options, Result, cache::Cache, site::Placed};

pub struct App {
    pub name: &'static str,
    /// What `wasm-opt` optimises for.
    pub level: &'static str,
}

pub struct Bundle {
    pub wasm: Vec<u8>,
    /// What `wasm-bindgen` wrote: the imports of the wasm module and its loader, without the start.
    pub glue: String,
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
    let mut output = Bindgen::new()
        .input_path(&input)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .omit_default_module_path(true)
                .keep_debug(options.fast)
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
    let wasm = output.wasm_mut().emit_wasm();
    if options.fast {
        return Ok(Bundle { wasm, glue: glue + RELOAD });
    }
    let step = format!("wasm-opt {} {}", binaryen_version()?, app.level);
    let wasm = cache.get(&step, &wasm, || optimise(app, &wasm, &options.site))?;
    Ok(Bundle { wasm, glue })
}

fn binaryen_version() -> Result<String> {
    let path = Path::new(NODE_MODULES).join("binaryen/package.json");
    let package =
        fs::read(&path).map_err(|error| format!("{}: {error}; 'make run' installs it (npm ci in frontend/bundler)", path.display()))?;
    let package: serde_json::Value = serde_json::from_slice(&package)?;
    Ok(package["version"].to_string())
}

fn optimise(app: &App, wasm: &[u8], site: &Path) -> Result<Vec<u8>> {
    let input = site.with_extension(format!("{}.in.wasm", app.name));
    let output = site.with_extension(format!("{}.out.wasm", app.name));
    fs::write(&input, wasm)?;
    let status = Command::new("node")
        .arg(Path::new(NODE_MODULES).join("binaryen/bin/wasm-opt"))
        .args(FEATURES)
        .args(STRIP)
        .arg(app.level)
        .arg("-o")
        .args([&output, &input])
        .status()
        .map_err(|error| format!("node: {error}"))?;
    if !status.success() {
        return Err(format!("wasm-opt on {} ended with {status}", app.name).into());
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
/// `data-hydrated` on the root element tells tests and styles that the page now answers by itself.
pub fn hydration_module(glue: &str, wasm: &Placed) -> String {
    format!(
        "const hydrating=fetch(\"{}\",{{integrity:\"{}\"}});\n{glue}__wbg_init({{module_or_path:hydrating}}).then(()=>{{document.documentElement.dataset.hydrated=\"\"}});\n",
        wasm.url, wasm.integrity
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_loads_the_wasm_by_its_hashed_name_and_integrity() {
        let wasm = Placed { url: "/assets/checkout-ab.wasm".into(), integrity: "sha384-xyz".into() };
        let module = hydration_module(&compact("/**\n * @returns {number}\n */\nfunction a() {\n    return 1;\n}\n\n"), &wasm);
        assert!(module.starts_with("const hydrating=fetch(\"/assets/checkout-ab.wasm\",{integrity:\"sha384-xyz\"});"));
        assert!(module.contains(";\nfunction a() {\nreturn 1;\n}\n__wbg_init("));
    }
}
