//! What a page makes a browser run or load, read as a browser reads it.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// A script, style sheet or link of a page, with its attributes; names and values as they count for a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub tag: Tag,
    pub attributes: BTreeMap<String, String>,
    /// What stands between the tags.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Script,
    Style,
    Link,
}

impl Piece {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// A page as far as it is looked at.
#[derive(Debug, Default)]
pub struct Page {
    pub pieces: Vec<Piece>,
    /// What no page of ours holds, in words.
    pub foreign: Vec<String>,
    /// Where it leads by itself, scripts or not.
    pub leads: Vec<String>,
}

/// Elements that load or run what is not in the manifest, or make browsers read on in another way than it looks.
const NEVER: [&str; 15] = [
    "applet",
    "base",
    "embed",
    "fencedframe",
    "foreignobject",
    "frame",
    "frameset",
    "iframe",
    "listing",
    "noembed",
    "noframes",
    "object",
    "plaintext",
    "portal",
    "xmp",
];
/// Whose content is text outside of drawings, and not inside of them: what is hidden there would be missed.
const TEXT: [&str; 5] = ["script", "style", "textarea", "noscript", "title"];
/// Attributes that hold an address.
const ADDRESSES: [&str; 9] = ["action", "background", "data", "formaction", "href", "poster", "src", "srcdoc", "xlink:href"];

/// Reads the whole page, with what is shown without scripts only.
pub fn read(html: &str) -> Page {
    let mut page = Page::default();
    page.take(html, false);
    page
}

impl Page {
    /// `scriptless`: it is shown where scripts are switched off.
    fn take(&mut self, html: &str, scriptless: bool) {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut drawings = 0_u32;
        let mut open: Option<String> = None;
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let name = text(&tag.name).to_ascii_lowercase();
                    let attributes: BTreeMap<String, String> =
                        tag.attributes.iter().map(|(name, value)| (text(name).to_ascii_lowercase(), text(value))).collect();
                    if matches!(name.as_str(), "svg" | "math") && !tag.self_closing {
                        drawings += 1;
                    }
                    if drawings > 0 && TEXT.contains(&name.as_str()) {
                        self.foreign.push(format!("<{name}> inside a drawing"));
                    }
                    self.element(&name, attributes, scriptless);
                    open = (!tag.self_closing).then_some(name);
                }
                Token::EndTag(tag) => {
                    if matches!(&**tag.name, b"svg" | b"math") {
                        drawings = drawings.saturating_sub(1);
                    }
                    open = None;
                }
                Token::String(string) => self.said(open.as_deref(), &text(&string), scriptless),
                _ => {}
            }
        }
    }

    fn element(&mut self, name: &str, attributes: BTreeMap<String, String>, scriptless: bool) {
        if NEVER.contains(&name) {
            self.foreign.push(format!("<{name}>"));
        }
        if let ("meta", Some(kind)) = (name, attributes.get("http-equiv")) {
            let content = attributes.get("content").cloned().unwrap_or_default();
            match (kind.eq_ignore_ascii_case("refresh"), scriptless) {
                // The way back to the shop, for those without scripts.
                (true, true) => {}
                (true, false) => self.leads.push(content),
                (false, _) => self.foreign.push(format!("<meta http-equiv={kind:?} content={content:?}>")),
            }
        }
        for (attribute, value) in &attributes {
            if attribute.starts_with("on") || matches!(attribute.as_str(), "style" | "shadowrootmode") {
                self.foreign.push(format!("<{name} {attribute}={value:?}>"));
            }
            if ADDRESSES.contains(&attribute.as_str()) && !may_lead_to(name, value) {
                self.foreign.push(format!("<{name} {attribute}={value:?}>"));
            }
        }
        let tag = match name {
            "script" => Tag::Script,
            "style" => Tag::Style,
            "link" => Tag::Link,
            _ => return,
        };
        self.pieces.push(Piece { tag, attributes, text: String::new() });
    }

    fn said(&mut self, open: Option<&str>, text: &str, scriptless: bool) {
        match (open, self.pieces.last_mut()) {
            (Some("script" | "style"), Some(piece)) => piece.text.push_str(text),
            // No page of ours has one in another, and a page of nothing else must not be read once for each.
            (Some("noscript"), _) if scriptless => self.foreign.push("<noscript> inside <noscript>".to_owned()),
            // Browsers without scripts read it as they read the rest.
            (Some("noscript"), _) => self.take(text, true),
            _ => {}
        }
    }
}

/// Whether an element of ours holds such an address: links lead anywhere on the web; the rest stays here.
fn may_lead_to(element: &str, address: &str) -> bool {
    // Browsers leave these out before they look for a scheme.
    let address: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let lower = address.to_ascii_lowercase();
    let here = (address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\"))
        || address.is_empty()
        || address.starts_with(['?', '#'])
        || !lower.contains(':') && !address.starts_with(['/', '\\']);
    let drawing = lower.starts_with("data:image/") || lower == "data:,";
    let away = lower.starts_with("https://") || lower.starts_with("http://") || lower.starts_with("mailto:");
    here || (element == "a" && away) || (matches!(element, "img" | "link") && drawing)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn foreign(html: &str) -> Vec<String> {
        let page = read(html);
        [page.foreign, page.leads].concat()
    }

    #[test]
    fn scripts_and_styles_are_read_with_what_they_hold() {
        let page = read(
            "<!DOCTYPE html><head><link rel=stylesheet href=/assets/a.css integrity=sha384-x><style nonce=n>a{}</style>\
             <SCRIPT NONCE=n>if(a<b)c('</p>')</SCRIPT><script type=module src=/assets/a.js></script></head>\
             <noscript><meta http-equiv=refresh content='3'></noscript><a href=https://shop.example>back</a><svg viewBox='0 0 1 1'><path d=''/></svg>",
        );
        assert_eq!(page.foreign, Vec::<String>::new());
        let tags: Vec<_> = page.pieces.iter().map(|piece| (piece.tag, piece.text.as_str())).collect();
        assert_eq!(tags, [(Tag::Link, ""), (Tag::Style, "a{}"), (Tag::Script, "if(a<b)c('</p>')"), (Tag::Script, "")]);
        assert_eq!(page.pieces[3].get("src"), Some("/assets/a.js"));
    }

    #[test]
    fn what_no_page_of_ours_holds_is_named() {
        for html in [
            "<iframe src=/x></iframe>",
            "<base href=/>",
            "<img src=x onerror=alert(1)>",
            "<a href='java\tscript:alert(1)'>x</a>",
            "<form action=https://evil.example>",
            "<form action=//evil.example>",
            "<button formaction='/\\evil.example'>",
            "<img src=https://evil.example/p.png>",
            "<script src=https://evil.example/x.js></script>",
            "<p style='color:red'>",
            "<meta http-equiv=Content-Security-Policy content=x>",
            "<meta http-equiv=refresh content='0;url=https://evil.example'>",
            "<noscript><iframe></iframe></noscript>",
            "<svg><title><script>x</script></title></svg>",
            "<svg><style><script>x</script></style></svg>",
            "<math><textarea></textarea></math>",
            "<div><template shadowrootmode=open></template></div>",
            "<object data=/x></object>",
            "<noscript><noscript><script>x</script>",
        ] {
            assert!(!foreign(html).is_empty(), "{html}");
        }
        for html in [
            "<a href=/x>",
            "<a href=mailto:help@shop.example>",
            "<form action=/bank/x?lang=en>",
            "<form method=post>",
            "<img src='data:image/svg+xml,x'>",
        ] {
            assert_eq!(foreign(html), Vec::<String>::new(), "{html}");
        }
    }

    #[test]
    fn no_depth_ends_the_reading() {
        for piece in ["<noscript>", "<svg>", "<div>", "<noscript></noscript>", "<script>", "<a x", "<!--", "&#", "\u{202e}"] {
            read(&piece.repeat(20_000));
        }
    }

    const PIECES: &[&str] = &[
        "<",
        ">",
        "</",
        "/>",
        "=",
        "\"",
        "'",
        "`",
        "&",
        "&lt;",
        "&#0;",
        "&#x110000;",
        "&#9999999999999999999999;",
        "<!--",
        "-->",
        "<!-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "<!DOCTYPE html>",
        "script",
        "<script",
        "<script>",
        "</script>",
        "</SCRIPT ",
        "<style>",
        "</style>",
        "<link",
        "<noscript>",
        "</noscript>",
        "<svg>",
        "</svg>",
        "<math/>",
        "<title>",
        "<textarea>",
        "<template>",
        "<iframe>",
        "<plaintext>",
        "<meta http-equiv=refresh content=0>",
        " src=",
        " href=/x",
        " onload=x",
        " STYLE=",
        " nonce=n",
        "javascript:",
        "data:",
        "//x",
        "\0",
        "\u{b}",
        "\u{1b}[2K",
        "\u{202e}",
        "\u{feff}",
        "\u{fffd}",
        "İ",
        "ſcript",
        "K",
        "\r\n",
        "\t",
        " ",
        "x",
    ];

    fn pages() -> impl Strategy<Value = String> {
        prop_oneof![8 => prop::collection::vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_page_is_read_to_its_end(html in pages()) {
            let page = read(&html);
            prop_assert!(page.pieces.len() + page.foreign.len() + page.leads.len() <= 4 * html.len());
            for piece in &page.pieces {
                prop_assert!(piece.attributes.keys().all(|name| !name.bytes().any(|byte| byte.is_ascii_uppercase())));
            }
        }

        #[test]
        fn what_is_run_is_seen_wherever_it_stands(before in pages(), what in "[a-z]{1,12}") {
            // What no reader takes for text ends everything that was open.
            let ends = "--></script></style></title></textarea></noscript></xmp></iframe></noembed></noframes>'>\">";
            let page = read(&format!("{before}{ends}-->]]></script></noscript><script>{what}</script>"));
            let seen = page.pieces.iter().any(|piece| piece.tag == Tag::Script && piece.text == what);
            prop_assert!(seen || before.contains("plaintext") || !page.foreign.is_empty(), "{:?}", page);
        }

        #[test]
        fn an_address_that_runs_leads_nowhere_of_ours(gap in prop::collection::vec(select(&["", "\t", "\n", "\r", " ", "\0", "\u{1}", "\u{1f}"][..]), 10), upper in any::<[bool; 10]>()) {
            let letters = "javascript".chars().zip(gap).zip(upper);
            let scheme: String = letters
                .flat_map(|((letter, gap), upper)| gap.chars().chain([if upper { letter.to_ascii_uppercase() } else { letter }]))
                .collect();
            for element in ["a", "form", "img", "link", "script", "button"] {
                prop_assert!(!may_lead_to(element, &format!("{scheme}:alert(1)")), "{:?}", scheme);
            }
        }
    }
}
