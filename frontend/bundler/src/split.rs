//! Parts of an application that arrive when they are needed: `wasm_split` takes them out of the linked module, and what several share
//! beside them; the application's one script loads them, each by its hashed name and integrity.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::{Result, site::Placed};

/// What main imports its loaders from; `wasm-bindgen` repeats the name in what it writes.
const LINK: &str = "./__wasm_split.js";

/// A linked module taken apart.
pub struct Split {
    /// For `wasm-bindgen`.
    pub main: PathBuf,
    /// What is loaded later, by the name that the script has for it.
    pub chunks: Vec<(String, Vec<u8>)>,
    /// What `wasm_split` wrote: the loaders, without their addresses.
    pub loaders: String,
    /// Which chunks each part consists of.
    pub parts: BTreeMap<String, Vec<String>>,
}

/// Takes the module apart in `scratch`, which it makes anew.
pub fn split(wasm: &[u8], scratch: &Path) -> Result<Split> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    let main = scratch.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = scratch;
    options.main_out_path = &main;
    options.link_name = LINK;
    let done = wasm_split_cli_support::transform(options).map_err(|error| format!("{error:#}"))?;
    let mut chunks = Vec::new();
    for path in done.split_modules {
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a part without a name")?.to_owned();
        chunks.push((name, fs::read(&path)?));
    }
    chunks.sort();
    let loaders = fs::read_to_string(scratch.join(LINK))?;
    Ok(Split { main, chunks, loaders, parts: done.prefetch_map.into_iter().collect() })
}

/// The loaders as a part of the application's script, and the glue without its imports of them. A part that the document names is asked
/// for at once, not only when the router gets to it.
pub fn join(glue: &str, loaders: &str, parts: &BTreeMap<String, Vec<String>>, placed: &BTreeMap<String, Placed>) -> Result<String> {
    let mut names = Vec::new();
    let mut body = String::new();
    for line in loaders.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("import ") && !line.starts_with("//")) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        if let Some(name) =
            line.strip_prefix("const ").and_then(|rest| rest.split(' ').next()).filter(|name| name.starts_with("__wasm_split_load_"))
        {
            names.push(name.to_owned());
        }
        body.push_str(line);
        body.push('\n');
    }
    for name in placed.keys() {
        let written = format!("fetch(new URL(\"./{name}.wasm\", import.meta.url))");
        if !body.contains(&written) {
            return Err(format!("no loader asks for the part {name}").into());
        }
        body = body.replace(&written, &format!("part(\"{name}\")"));
    }
    if body.contains("import.meta") {
        return Err("a loader asks for a part that is not there".into());
    }
    let files: Vec<String> = placed.iter().map(|(name, file)| format!("{name}:[\"{}\",\"{}\"]", file.url, file.integrity)).collect();
    let needs: Vec<String> = parts.iter().map(|(part, names)| format!("{part}:{names:?}")).collect();
    let imports: Vec<&str> = glue
        .lines()
        .filter_map(|line| line.strip_prefix("import * as ")?.split_once(" from \"./__wasm_split.js\""))
        .map(|(name, _)| name)
        .collect();
    let glue: Vec<&str> = glue.lines().filter(|line| !line.contains(" from \"./__wasm_split.js\"")).collect();
    let mut text = format!(
        "const files={{{}}},asked={{}};\n\
         const ask=(name)=>fetch(files[name][0],{{integrity:files[name][1]}});\n\
         const part=(name)=>{{const answer=asked[name]??ask(name);delete asked[name];return answer}};\n\
         for(const name of {{{}}}[document.getElementById(\"frame\")?.dataset.part]??[])(asked[name]=ask(name)).catch(()=>{{}});\n",
        files.join(","),
        needs.join(",")
    );
    text.push_str(&body);
    for import in imports {
        writeln!(text, "const {import}={{{}}};", names.join(","))?;
    }
    text.push_str(&glue.join("\n"));
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaders_become_part_of_the_script_and_ask_by_hashed_names() {
        let loaders = "import { initSync } from \"./main.js\";\n\n// why\nconst __chunk_1 = makeLoad(() => {\n    const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\n}, []);\nexport const __wasm_split_load_a = wrapAsyncCb(makeLoad(() => {\n    const src = fetch(new URL(\"./split_a.wasm\", import.meta.url));\n}, [__chunk_1]));\n";
        let glue = "import * as import1 from \"./__wasm_split.js\"\nlet wasm;\n";
        let file = |name: &str| Placed { url: format!("/assets/{name}-1f.wasm"), integrity: "sha384-x".into() };
        let placed = BTreeMap::from([("chunk_1".to_owned(), file("chunk_1")), ("split_a".to_owned(), file("split_a"))]);
        let parts = BTreeMap::from([("a".to_owned(), vec!["chunk_1".to_owned(), "split_a".to_owned()])]);
        let script = join(glue, loaders, &parts, &placed).unwrap();
        assert!(script.starts_with("const files={chunk_1:[\"/assets/chunk_1-1f.wasm\",\"sha384-x\"],"), "{script}");
        assert!(script.contains("a:[\"chunk_1\", \"split_a\"]"), "{script}");
        assert!(script.contains("const src = part(\"split_a\");"), "{script}");
        assert!(script.contains("const import1={__wasm_split_load_a};\nlet wasm;"), "{script}");
        assert!(!script.contains("import ") && !script.contains("export "), "{script}");
        assert!(join(glue, loaders, &parts, &BTreeMap::new()).is_err(), "every part has a file");
    }
}
