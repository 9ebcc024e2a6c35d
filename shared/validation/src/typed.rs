//! Keeping the caret where it was while a field regroups what is typed into it.
//!
//! Carets are counted in UTF-16 units, as browsers count `selectionStart`.

/// How many characters that `keep` selects stand before the caret.
pub(crate) fn kept_before(text: &str, caret: usize, keep: fn(char) -> bool) -> usize {
    let mut units = 0;
    let before = |c: &char| {
        units += c.len_utf16();
        units <= caret
    };
    text.chars().take_while(before).filter(|c| keep(*c)).count()
}

/// Where the caret stands after the `count`-th character that `keep` selects. The result must be ASCII.
pub(crate) fn after_kept(text: &str, count: usize, keep: fn(char) -> bool) -> usize {
    if count == 0 {
        return 0;
    }
    text.char_indices().filter(|(_, c)| keep(*c)).nth(count - 1).map_or(text.len(), |(at, _)| at + 1)
}

/// `text` in groups of these sizes, the last size repeating, with a space between.
pub(crate) fn grouped(text: &str, sizes: &[usize]) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut sizes = sizes.iter().copied();
    let mut size = sizes.next().unwrap_or(usize::MAX);
    let mut left = size;
    for c in text.chars() {
        if left == 0 {
            out.push(' ');
            size = sizes.next().unwrap_or(size);
            left = size;
        }
        out.push(c);
        left -= 1;
    }
    out
}
