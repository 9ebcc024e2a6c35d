//! Still to be written.

use crate::Problem;

#[derive(clap::Args)]
pub struct Args {}

/// # Errors
/// Always, as long as it is not written.
pub fn run(Args {}: Args) -> Result<(), Problem> {
    Err("not written yet".to_owned())
}
