//! Few files instead of many: `wasm_split` makes a chunk for every set of parts that share something. Small ones compress badly, and each
//! costs a request and an integrity value, so chunks that are mostly needed together become one.

use std::collections::{BTreeMap, BTreeSet};

/// What one more file costs a part, in bytes of uncompressed code: its request, its line in the script, and what it compresses worse.
const FILE: usize = 6_000;

/// Chunks that arrive as one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub chunks: Vec<String>,
    /// The parts that load it.
    pub parts: BTreeSet<String>,
    bytes: usize,
}

impl Group {
    /// What joining the two saves over all parts: a file for those that need both, against bytes for those that need one. A part counts
    /// by its weight.
    fn gain(&self, other: &Self, weight: impl Fn(&str) -> usize) -> isize {
        let both: usize = self.parts.intersection(&other.parts).map(|part| weight(part) * FILE).sum();
        let more: usize = other.parts.difference(&self.parts).map(|part| weight(part) * self.bytes).sum();
        let less: usize = self.parts.difference(&other.parts).map(|part| weight(part) * other.bytes).sum();
        both.cast_signed() - (more + less).cast_signed()
    }
}

/// The groups, while joining any two gains something. `parts` says which chunks each part needs, `often` which parts people open first:
/// their bytes count several times.
pub fn gather(chunks: &[(String, usize)], parts: &BTreeMap<String, Vec<String>>, often: &[&str]) -> Vec<Group> {
    let weight = |part: &str| if often.contains(&part) { 4 } else { 1 };
    let needed_by = |chunk: &String| parts.iter().filter(|(_, needs)| needs.contains(chunk)).map(|(part, _)| part.clone()).collect();
    let mut groups: Vec<Group> =
        chunks.iter().map(|(name, bytes)| Group { chunks: vec![name.clone()], parts: needed_by(name), bytes: *bytes }).collect();
    loop {
        let pairs = (0..groups.len()).flat_map(|a| (a + 1..groups.len()).map(move |b| (a, b)));
        // Of equal gains the first: the same build gives the same files.
        let best =
            pairs.map(|(a, b)| (groups[a].gain(&groups[b], weight), a, b)).reduce(|best, next| if next.0 > best.0 { next } else { best });
        let Some((1.., a, b)) = best else {
            return groups;
        };
        let joined = groups.remove(b);
        groups[a].chunks.extend(joined.chunks);
        groups[a].parts.extend(joined.parts);
        groups[a].bytes += joined.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_needed_together_become_one_and_large_ones_stay_with_who_needs_them() {
        let chunks: Vec<_> =
            [("a_and_b", 900), ("all", 70_000), ("b", 90_000), ("small_all", 500)].map(|(name, bytes)| (name.to_owned(), bytes)).into();
        let parts =
            [("a", vec!["a_and_b", "all", "small_all"]), ("b", vec!["a_and_b", "all", "b", "small_all"]), ("c", vec!["all", "small_all"])];
        let parts = parts.into_iter().map(|(part, needs)| (part.to_owned(), needs.into_iter().map(str::to_owned).collect())).collect();
        let groups = gather(&chunks, &parts, &[]);
        let names: Vec<Vec<&str>> = groups.iter().map(|group| group.chunks.iter().map(String::as_str).collect()).collect();
        assert_eq!(names, [vec!["a_and_b", "all", "small_all"], vec!["b"]]);
        assert_eq!(groups[0].parts.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(groups[1].parts.iter().collect::<Vec<_>>(), ["b"]);
        assert_eq!(groups, gather(&chunks, &parts, &[]));
    }
}
