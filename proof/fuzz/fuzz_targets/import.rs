//! A merchant's file.
#![no_main]

use std::collections::BTreeSet;

use engine::RowKind;
use libfuzzer_sys::fuzz_target;
use wire::import::{each_row, place_of, rows_of, survey};

fuzz_target!(|file: &[u8]| {
    let held = survey(file);
    for kind in RowKind::ALL {
        let mut rows = 0;
        let read = each_row(file, *kind, &mut |place, value| {
            rows += 1;
            drop(rows_of(*kind, value, place_of(*kind, place), &mut BTreeSet::new()));
            true
        });
        // what the survey lets pass is read to its end
        if let Ok(held) = &held {
            assert_eq!(read, Ok(()));
            assert_eq!(held.rows.get(kind).copied().unwrap_or_default(), rows);
        }
    }
});
