//! Whether what people type and programs send is what it claims to be, decided once for browser and server.
//!
//! Pure functions. Each answers the value in its one spelling, or precisely what is wrong with a stable code and a
//! sentence for whoever typed it, in English and French.

#[macro_use]
mod problem;

pub mod bic;
pub mod card;
pub mod country;
pub mod cvc;
pub mod email;
pub mod expiry;
pub mod iban;
pub mod name;
pub mod order;
pub mod phone;
pub mod text;
mod typed;
pub mod url;
