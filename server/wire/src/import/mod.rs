//! A merchant's file: one JSON object of lists in the API's own shapes, of either version, objects within or by id.
//!
//! It is read as a stream, once for each kind of row, so that what a row names has come before it whatever the order of the file.

mod fields;
mod flat;
mod objects;
mod orders;
mod stream;

pub use flat::rows_of;
pub use stream::{BadFile, Survey, each_row, place_of, survey};
