//! Functions that no page can reach, without their bodies: the linker keeps what stands in a table of functions, whether anything calls it or
//! not. Each body becomes one trap, and what only it needed goes with it. Done in place, before a module is taken apart, so that no part
//! brings anything along for them.

use std::{collections::BTreeMap, ops::Range};

use wasmparser::{BinaryReader, KnownCustom, Name, Parser, Payload};

use crate::Result;

/// What the names of such functions say, and why nothing gets there.
const DEAD: [(Part, &str, &str); 3] = [
    // Pages are taken over at once, with the part they are in at hand: `hydrate_from`, never `hydrate_from_async`.
    (Part::Itself, "13hydrate_async", "beginning to take a page over while parts of it are still on their way"),
    (Part::Itself, "13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$", "going on with that"),
    // A panic traps, as before: there is nobody in a browser to print its message to.
    (Part::Path, "4core9panicking", "telling why something panicked"),
];
/// Shorter ones stay, in bytes. The compiler gives one body to all functions that are alike: a short one may be alive under another's name,
/// and weighs nothing. So may what stands within a function (`hydrate_async::inner`), however long.
const SHORT: usize = 48;

enum Part {
    /// The function's own name, before the hash of 16 digits that names end with.
    Itself,
    /// Anywhere in its path.
    Path,
}

impl Part {
    fn is_in(&self, part: &str, name: &str) -> bool {
        match self {
            Self::Itself => name.rsplit_once("17h").is_some_and(|(path, _)| path.ends_with(part)),
            Self::Path => name.contains(part),
        }
    }
}

/// No locals, a trap.
const TRAP: [u8; 2] = [0, 0];
const NOP: u8 = 1;
const END: u8 = 0x0b;

/// The module with those bodies gone.
///
/// # Errors
/// What is no module, one without names, and names that nothing has any more: they would keep code that nobody misses.
pub fn snip(wasm: &[u8]) -> Result<Vec<u8>> {
    let read = Read::new(wasm)?;
    let mut bodies = Vec::new();
    for (at, part, about) in DEAD {
        let dead: Vec<&Range<usize>> = read.bodies.iter().filter(|(name, _)| at.is_in(part, name)).map(|(_, body)| body).collect();
        if dead.is_empty() {
            return Err(format!("no function is called …{part}… any more ({about}): look at snip.rs").into());
        }
        bodies.extend(dead);
    }
    let mut snipped = wasm.to_vec();
    for body in &bodies {
        if let [first, second, middle @ .., last] = &mut snipped[body.start..body.end] {
            [*first, *second] = TRAP;
            middle.fill(NOP);
            *last = END;
        }
    }
    match read.relocations {
        Some(section) => without_relocations(&snipped, &section, read.code, &bodies),
        None => Ok(snipped),
    }
}

/// What there is to know about a module.
#[derive(Default)]
struct Read {
    /// By their names in the linker.
    bodies: Vec<(String, Range<usize>)>,
    /// Where the code section's contents begin.
    code: usize,
    /// The whole section of what the linker filled in where in the code.
    relocations: Option<Range<usize>>,
}

impl Read {
    fn new(wasm: &[u8]) -> Result<Self> {
        let (mut read, mut imported, mut ranges, mut names) = (Self::default(), 0, Vec::new(), BTreeMap::new());
        let mut before = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            let begins = before;
            if let Some((_, range)) = payload.as_section() {
                before = usize::try_from(range.end)?;
            }
            match payload {
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        imported += usize::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => read.code = usize::try_from(range.start)?,
                Payload::CodeSectionEntry(body) => {
                    ranges.push(usize::try_from(body.range().start)?..usize::try_from(body.range().end)?);
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(reader) => {
                        for name in reader {
                            if let Name::Function(functions) = name? {
                                for function in functions {
                                    let function = function?;
                                    names.insert(function.index as usize, function.name.to_owned());
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(_) if section.name() == "reloc.CODE" => read.relocations = Some(begins..before),
                    _ => {}
                },
                _ => {}
            }
        }
        let bodies = ranges.into_iter().enumerate().filter_map(|(at, range)| Some((names.remove(&(at + imported))?, range)));
        read.bodies = bodies.filter(|(_, range)| range.len() >= SHORT).collect();
        Ok(read)
    }
}

/// The module with what the linker filled into these bodies forgotten, so that they lead nowhere.
fn without_relocations(wasm: &[u8], section: &Range<usize>, code: usize, bodies: &[&Range<usize>]) -> Result<Vec<u8>> {
    let mut starts: Vec<(usize, usize)> = bodies.iter().map(|body| (body.start, body.end)).collect();
    starts.sort_unstable();
    let inside = |place: usize| starts[..starts.partition_point(|(start, _)| *start <= place)].last().is_some_and(|(_, end)| place < *end);
    // After the section's kind and length: its name, then which section it is about, and how many there are.
    let mut outer = BinaryReader::new(&wasm[section.clone()], 0);
    outer.read_u8()?;
    let length = outer.read_var_u32()? as usize;
    let contents = &wasm[section.start + at(&outer)?..][..length];
    let mut inner = BinaryReader::new(contents, 0);
    inner.read_string()?;
    inner.read_var_u32()?;
    let head = &contents[..at(&inner)?];
    let (mut kept, mut count) = (Vec::new(), 0_u32);
    for _ in 0..inner.read_var_u32()? {
        let from = at(&inner)?;
        let entry: wasmparser::RelocationEntry = inner.read()?;
        if !inside(code + entry.offset as usize) {
            kept.extend_from_slice(&contents[from..at(&inner)?]);
            count += 1;
        }
    }
    let (mut number, mut length) = (Vec::new(), Vec::new());
    leb(count, &mut number);
    leb(u32::try_from(head.len() + number.len() + kept.len())?, &mut length);
    let custom = [0];
    let parts: [&[u8]; 7] = [&wasm[..section.start], &custom, &length, head, &number, &kept, &wasm[section.end..]];
    Ok(parts.concat())
}

fn at(reader: &BinaryReader) -> Result<usize> {
    Ok(usize::try_from(reader.original_position())?)
}

fn leb(mut number: u32, to: &mut Vec<u8>) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, CustomSection, Encode, ExportKind, ExportSection, Function, FunctionSection, Module, NameMap, NameSection,
        TypeSection, ValType,
    };

    use super::*;

    const NAMES: [&str; 6] = [
        "live",
        "_ZN1a13hydrate_async17h0123456789abcdefE",
        "_ZN1a13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
        "_RNvNtCsbVVGuKqNVuI_4core9panicking9panic_fmt",
        "_ZN4core3ptr13drop_in_place$LT$13hydrate_async$GT$17h0123456789abcdefE",
        "_ZN1a13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$5inner17h0123456789abcdefE",
    ];
    const DYING: [bool; 6] = [false, true, true, true, false, false];

    /// Of a function with its length before it, in bytes: locals, a number, nothing for a while, the end.
    const LENGTH: usize = 1 + 1 + 4 + SHORT + 1;

    /// Functions that each answer a number of their own, by these names, with a relocation in each.
    fn module() -> Vec<u8> {
        let (mut types, mut functions, mut exports, mut code, mut names) =
            (TypeSection::new(), FunctionSection::new(), ExportSection::new(), CodeSection::new(), NameMap::new());
        types.ty().function([], [ValType::I32]);
        for (index, name) in (0..).zip(NAMES) {
            functions.function(0);
            exports.export(name, ExportKind::Func, index);
            names.append(index, name);
            let mut function = Function::new([]);
            let mut body = function.instructions();
            body.i32_const(1_000_000 + i32::try_from(index).unwrap());
            for _ in 0..SHORT {
                body.nop();
            }
            body.end();
            code.function(&function);
        }
        let mut section = NameSection::new();
        section.functions(&names);
        // The code section is the fourth; in it a count and, for each function, its length, its locals and the number.
        let mut relocations = Vec::new();
        (3_u32).encode(&mut relocations);
        NAMES.len().encode(&mut relocations);
        for at in 0..NAMES.len() {
            relocations.push(0);
            (1 + at * LENGTH + 3).encode(&mut relocations);
            at.encode(&mut relocations);
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&exports).section(&code);
        module.section(&CustomSection { name: "reloc.CODE".into(), data: relocations.into() }).section(&section);
        module.finish()
    }

    fn relocations(wasm: &[u8]) -> Vec<u32> {
        let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload.unwrap() {
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Reloc(reader) => Some(reader.entries().into_iter().map(|entry| entry.unwrap().index).collect()),
                _ => None,
            },
            _ => None,
        });
        sections.last().unwrap()
    }

    #[test]
    fn what_nothing_reaches_is_a_trap_and_the_rest_stays() {
        let before = module();
        assert_eq!(relocations(&before), [0, 1, 2, 3, 4, 5]);
        let after = snip(&before).unwrap();
        wasmparser::validate(&after).unwrap();
        assert_eq!(relocations(&after), [0, 4, 5], "what was filled into dead bodies is forgotten");
        let traps: Vec<bool> = Parser::new(0)
            .parse_all(&after)
            .filter_map(|payload| match payload.unwrap() {
                Payload::CodeSectionEntry(body) => {
                    Some(matches!(body.get_operators_reader().unwrap().read().unwrap(), wasmparser::Operator::Unreachable))
                }
                _ => None,
            })
            .collect();
        assert_eq!(traps, DYING);
    }

    #[test]
    fn names_that_nothing_has_are_told() {
        let error = snip(&Module::new().finish()).unwrap_err();
        assert!(error.to_string().contains("13hydrate_async"), "{error}");
    }
}
