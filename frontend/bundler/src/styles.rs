//! One style sheet an application: its entry file with everything it imports, lowered for older browsers, minified.

use std::path::Path;

use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

use crate::Result;

/// `major.minor` as lightningcss counts.
const fn version(major: u32, minor: u32) -> u32 {
    major << 16 | minor << 8
}

/// The oldest browsers that are promised the intended look. All of them predate `light-dark()` and nesting, which
/// are lowered for them.
const BROWSERS: Browsers = Browsers {
    android: None,
    chrome: Some(version(105, 0)),
    edge: Some(version(105, 0)),
    firefox: Some(version(110, 0)),
    ie: None,
    ios_saf: Some(version(16, 0)),
    opera: None,
    safari: Some(version(16, 0)),
    samsung: None,
};

pub fn bundle(entry: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| format!("{}: {error}", entry.display()))?;
    let targets = Targets::from(BROWSERS);
    sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).map_err(|error| format!("{}: {error}", entry.display()))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_are_inlined_and_light_dark_is_lowered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tokens.css"), ":root { color-scheme: light dark; --ink: light-dark(#111, #eee) }").unwrap();
        let entry = folder.path().join("app.css");
        fs::write(&entry, "@import './tokens.css';\nbody { color: var(--ink); & a { color: red } }").unwrap();
        let css = bundle(&entry).unwrap();
        assert!(css.contains("--ink:var(--lightningcss-light,#111)var(--lightningcss-dark,#eee)"), "{css}");
        assert!(css.contains("prefers-color-scheme:dark"), "{css}");
        assert!(css.contains("body a{color:red}"), "{css}");
        assert!(!css.contains("@import") && !css.contains("light-dark("), "{css}");
    }

    #[test]
    fn a_mistake_names_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let entry = folder.path().join("app.css");
        fs::write(&entry, "@import './absent.css';").unwrap();
        assert!(bundle(&entry).unwrap_err().to_string().contains("app.css"));
    }
}
