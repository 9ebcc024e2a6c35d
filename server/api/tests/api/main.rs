//! What programs that use the API depend on, through the whole server: router, engine, database, simulated bank.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod free_text;
#[cfg(test)]
mod house;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod versions;
