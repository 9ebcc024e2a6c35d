//! Parts of an application that arrive when they are needed: `wasm_split` takes them out of the linked module, and what several share
//! beside them; that becomes a few files, which the application's one script loads, each by its hashed name and integrity.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::{Result, gather::gather, merge, site::Placed};

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

/// What is loaded later, as files.
pub struct Files {
    pub files: Vec<(String, Vec<u8>)>,
    /// Which files each part consists of.
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

/// Few files of the many chunks: which file each part needs, and the files.
pub fn gathered(split: &Split, often: &[&str]) -> Result<Files> {
    let sizes = split.chunks.iter().map(|(name, wasm)| Ok((name.clone(), merge::weight(wasm)?))).collect::<Result<Vec<_>>>()?;
    let wasm: BTreeMap<&str, &[u8]> = split.chunks.iter().map(|(name, wasm)| (name.as_str(), wasm.as_slice())).collect();
    let mut files = Files { files: Vec::new(), parts: split.parts.keys().map(|part| (part.clone(), Vec::new())).collect() };
    for group in gather(&sizes, &split.parts, often) {
        let several = if group.parts.len() > 1 { "shared" } else { "only" };
        let name = format!("{several}_{}", files.files.len());
        let modules: Vec<&[u8]> = group.chunks.iter().filter_map(|chunk| wasm.get(chunk.as_str()).copied()).collect();
        files.files.push((name.clone(), merge::merge(&modules)?));
        for part in &group.parts {
            files.parts.entry(part.clone()).or_default().push(name.clone());
        }
    }
    Ok(files)
}

/// The loaders as a part of the application's script, and the glue without its imports of them. A part that the document names is asked
/// for at once, not only when the router gets to it.
pub fn join(glue: &str, loaders: &str, parts: &BTreeMap<String, Vec<String>>, placed: &BTreeMap<String, Placed>) -> Result<String> {
    let files: Vec<String> = placed.iter().map(|(name, file)| format!("{name}:[\"{}\",\"{}\"]", file.url, file.integrity)).collect();
    let needs: Vec<String> = parts.iter().map(|(part, names)| format!("{part}:{names:?}")).collect();
    let mut text = format!(
        "const files={{{}}},parts={{{}}},asked={{}};\n\
         const ask=(name)=>fetch(files[name][0],{{integrity:files[name][1]}});\n\
         for(const name of parts[document.getElementById(\"frame\")?.dataset.part]??[])(asked[name]=ask(name)).catch(()=>{{}});\n",
        files.join(","),
        needs.join(",")
    );
    text.push_str(&common(loaders)?);
    text.push_str(
        "const load=(name)=>makeLoad(()=>{const answer=asked[name]??ask(name);delete asked[name];answer.catch(()=>{});\
         return (imports)=>WebAssembly.instantiateStreaming(answer,imports)},[]);\n\
         const loads=Object.fromEntries(Object.keys(files).map((name)=>[name,load(name)]));\n\
         const whole=(part)=>wrapAsyncCb(makeLoad(()=>()=>({}),parts[part].map((name)=>loads[name])));\n",
    );
    let imports: Vec<&str> = glue
        .lines()
        .filter_map(|line| line.strip_prefix("import * as ")?.split_once(" from \"./__wasm_split.js\""))
        .map(|(name, _)| name)
        .collect();
    let entries: Vec<String> = parts.keys().map(|part| format!("__wasm_split_load_{part}:whole(\"{part}\")")).collect();
    if let Some((first, others)) = imports.split_first() {
        writeln!(text, "const {first}={{{}}};", entries.join(","))?;
        for other in others {
            writeln!(text, "const {other}={first};")?;
        }
    }
    let glue: Vec<&str> = glue.lines().filter(|line| !line.contains(" from \"./__wasm_split.js\"")).collect();
    text.push_str(&glue.join("\n"));
    text.push('\n');
    Ok(text)
}

/// What all loaders use, of what `wasm_split` wrote: a part that could not be loaded may be asked for again.
fn common(loaders: &str) -> Result<String> {
    let mut text = String::new();
    let lines = loaders.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("import ") && !line.starts_with("//"));
    for line in lines.take_while(|line| !line.starts_with("/*") && !line.starts_with("const __chunk_") && !line.starts_with("export ")) {
        text.push_str(line);
        text.push('\n');
    }
    if ["function makeLoad(", "function wrapAsyncCb("].iter().all(|name| text.contains(name)) && !text.contains("import.meta") {
        Ok(text)
    } else {
        Err("wasm_split writes other loaders than the bundler knows".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaders_become_part_of_the_script_and_ask_by_hashed_names() {
        let loaders = "import { initSync } from \"./main.js\";\n\nfunction wrapAsyncCb(callee) {\n    // why\n}\nfunction makeLoad(fetcher, deps) {\n}\n/* a, b */\nconst __chunk_1 = makeLoad(() => {\n    const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\n}, []);\n";
        let glue = "import * as import1 from \"./__wasm_split.js\"\nimport * as import2 from \"./__wasm_split.js\"\nlet wasm;\n";
        let file = |name: &str| Placed { url: format!("/assets/{name}-1f.wasm"), integrity: "sha384-x".into() };
        let placed = BTreeMap::from([("only_1".to_owned(), file("only_1")), ("shared_0".to_owned(), file("shared_0"))]);
        let parts = BTreeMap::from([("a".to_owned(), vec!["shared_0".to_owned(), "only_1".to_owned()])]);
        let script = join(glue, loaders, &parts, &placed).unwrap();
        assert!(script.starts_with("const files={only_1:[\"/assets/only_1-1f.wasm\",\"sha384-x\"],"), "{script}");
        assert!(script.contains("parts={a:[\"shared_0\", \"only_1\"]}"), "{script}");
        assert!(script.contains("function makeLoad(fetcher, deps) {\n}\n"), "{script}");
        assert!(script.contains("const import1={__wasm_split_load_a:whole(\"a\")};\nconst import2=import1;\nlet wasm;"), "{script}");
        assert!(!script.contains("import ") && !script.contains("__chunk_") && !script.contains("import.meta"), "{script}");
        assert!(join(glue, "export const other = 1;\n", &parts, &placed).is_err(), "loaders that are not known");
    }
}
