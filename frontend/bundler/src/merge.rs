//! Several modules that `wasm_split` wrote as one. They share main's memory, table and globals and find each other's functions by their
//! places in the table, so that putting them together is counting on: each module's types and functions come after those before it.

use std::collections::BTreeMap;

use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, FunctionSection, ImportSection, Module, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::{CompositeInnerType, DataKind, ElementItems, ElementKind, FunctionBody, Import, Operator, Parser, Payload, TypeRef};

use crate::Result;

/// Those modules as one.
pub fn merge(modules: &[&[u8]]) -> Result<Vec<u8>> {
    let read: Vec<Read> = modules.iter().map(|bytes| Read::new(bytes)).collect::<Result<_>>()?;
    let table = places(&read)?;
    let (mut types, mut functions, mut elements, mut code, mut data) =
        (TypeSection::new(), FunctionSection::new(), ElementSection::new(), CodeSection::new(), DataSection::new());
    let mut imports = Imports::default();
    let mut first = (0, 0);
    for module in &read {
        let mut at = Place { first_type: first.0, functions: module.functions(first.1, &table)?, globals: imports.add(&module.imports)? };
        for (params, results) in &module.types {
            types.ty().function(params.iter().copied(), results.iter().copied());
        }
        for index in &module.function_types {
            functions.function(at.type_index(*index).map_err(said)?);
        }
        for reader in &module.elements {
            at.parse_element_section(&mut elements, reader.clone()).map_err(said)?;
        }
        for body in &module.bodies {
            at.parse_function_body(&mut code, body.clone()).map_err(said)?;
        }
        for (address, bytes) in &module.data {
            data.active(0, &ConstExpr::i32_const(*address), bytes.iter().copied());
        }
        first = (first.0 + u32::try_from(module.types.len())?, first.1 + u32::try_from(module.bodies.len())?);
    }
    let mut merged = Module::new();
    merged.section(&types).section(&imports.section).section(&functions).section(&elements);
    merged.section(&DataCountSection { count: data.len() }).section(&code).section(&data);
    Ok(merged.finish())
}

/// The bytes of code and data, without the names of functions that are stripped in the end.
pub fn weight(module: &[u8]) -> Result<usize> {
    let read = Read::new(module)?;
    Ok(read.bodies.iter().map(|body| body.as_bytes().len()).chain(read.data.iter().map(|(_, bytes)| bytes.len())).sum())
}

fn said(error: Error) -> String {
    format!("merging parts: {error}")
}

/// What there is in a module.
#[derive(Default)]
struct Read<'a> {
    types: Vec<(Vec<wasm_encoder::ValType>, Vec<wasm_encoder::ValType>)>,
    imports: Vec<Import<'a>>,
    function_types: Vec<u32>,
    elements: Vec<wasmparser::ElementSectionReader<'a>>,
    bodies: Vec<FunctionBody<'a>>,
    data: Vec<(i32, &'a [u8])>,
}

impl<'a> Read<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self> {
        let mut read = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(reader) => read.types(reader)?,
                Payload::ImportSection(reader) => read.imports = reader.into_imports().collect::<std::result::Result<_, _>>()?,
                Payload::FunctionSection(reader) => read.function_types = reader.into_iter().collect::<std::result::Result<_, _>>()?,
                Payload::ElementSection(reader) => read.elements.push(reader),
                Payload::CodeSectionEntry(body) => read.bodies.push(body),
                Payload::DataSection(reader) => {
                    for segment in reader {
                        let segment = segment?;
                        match segment.kind {
                            DataKind::Active { memory_index: 0, offset_expr } => read.data.push((constant(&offset_expr)?, segment.data)),
                            // What is left of segments that are elsewhere.
                            DataKind::Passive if segment.data.is_empty() => {}
                            _ => return Err("a part with data that has no place".into()),
                        }
                    }
                }
                Payload::TableSection(_) | Payload::MemorySection(_) | Payload::StartSection { .. } => {
                    return Err("a part with a memory, table or start of its own".into());
                }
                Payload::GlobalSection(reader) if reader.count() > 0 => return Err("a part with globals of its own".into()),
                Payload::ExportSection(reader) if reader.count() > 0 => return Err("a part with exports".into()),
                _ => {}
            }
        }
        Ok(read)
    }

    fn types(&mut self, reader: wasmparser::TypeSectionReader<'a>) -> Result<()> {
        let mut own = Place::default();
        for group in reader {
            for ty in group?.into_types() {
                let CompositeInnerType::Func(ty) = &ty.composite_type.inner else { return Err("a part with types of data".into()) };
                let mut these = |types: &[wasmparser::ValType]| {
                    types.iter().map(|ty| own.val_type(*ty).map_err(said)).collect::<std::result::Result<Vec<_>, _>>()
                };
                self.types.push((these(ty.params())?, these(ty.results())?));
            }
        }
        Ok(())
    }

    /// The new indices of its functions, which begin at `first`. A call by way of the table of what is in the same file by now goes there
    /// directly.
    fn functions(&self, first: u32, table: &BTreeMap<i32, u32>) -> Result<Vec<u32>> {
        (first..)
            .zip(&self.bodies)
            .map(|(index, body)| Ok(shim(body)?.and_then(|place| table.get(&place).copied()).unwrap_or(index)))
            .collect()
    }
}

/// Where the functions of all modules are in the table, by their new indices.
fn places(read: &[Read]) -> Result<BTreeMap<i32, u32>> {
    let mut table = BTreeMap::new();
    let mut first = 0;
    for module in read {
        for element in module.elements.iter().flat_map(|reader| reader.clone().into_iter()) {
            let element = element?;
            let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(functions)) = (element.kind, element.items) else {
                return Err("a part with entries that have no place in the table".into());
            };
            for (place, function) in (constant(&offset_expr)?..).zip(functions) {
                table.insert(place, first + function?);
            }
        }
        first += u32::try_from(module.bodies.len())?;
    }
    Ok(table)
}

/// The place in the table, where a function does nothing but pass its arguments on to what is there.
fn shim(body: &FunctionBody) -> Result<Option<i32>> {
    let mut reader = body.get_operators_reader()?;
    let mut next = 0;
    let mut place = None;
    while !reader.eof() {
        match (reader.read()?, place) {
            (Operator::LocalGet { local_index }, None) if local_index == next => next += 1,
            (Operator::I32Const { value }, None) => place = Some(value),
            (Operator::CallIndirect { .. }, Some(_)) => break,
            _ => return Ok(None),
        }
    }
    Ok(match reader.read()? {
        Operator::End if reader.eof() => place,
        _ => None,
    })
}

fn constant(expression: &wasmparser::ConstExpr) -> Result<i32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value),
        _ => Err("a part with a place that is not a number".into()),
    }
}

/// What the modules have from main, each thing once.
#[derive(Default)]
struct Imports {
    section: ImportSection,
    known: BTreeMap<String, u32>,
    globals: u32,
}

impl Imports {
    /// The new indices of the module's globals.
    fn add(&mut self, imports: &[Import]) -> Result<Vec<u32>> {
        let mut indices = Vec::new();
        for import in imports {
            let global = match import.ty {
                TypeRef::Global(_) => true,
                TypeRef::Memory(_) | TypeRef::Table(_) => false,
                _ => return Err(format!("a part that imports {}, which is no memory, table or global", import.name).into()),
            };
            if !self.known.contains_key(import.name) {
                self.section.import(import.module, import.name, Place::default().entity_type(import.ty).map_err(said)?);
                self.known.insert(import.name.to_owned(), self.globals);
                self.globals += u32::from(global);
            }
            if global {
                indices.push(self.known[import.name]);
            }
        }
        Ok(indices)
    }
}

/// How a module's indices change.
#[derive(Default)]
struct Place {
    first_type: u32,
    functions: Vec<u32>,
    globals: Vec<u32>,
}

impl Reencode for Place {
    type Error = std::convert::Infallible;

    fn type_index(&mut self, index: u32) -> std::result::Result<u32, Error> {
        Ok(self.first_type + index)
    }

    fn function_index(&mut self, index: u32) -> std::result::Result<u32, Error> {
        Ok(self.functions.get(index as usize).copied().unwrap_or(index))
    }

    fn global_index(&mut self, index: u32) -> std::result::Result<u32, Error> {
        Ok(self.globals.get(index as usize).copied().unwrap_or(index))
    }
}
