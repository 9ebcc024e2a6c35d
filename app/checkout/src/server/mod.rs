//! The pages as the server writes them, and the forms they post.

mod address;
mod brand;
mod card_form;
mod done;
mod layout;
mod routes;
mod script;
mod sheet;
mod steps;
mod test_cards;
mod words;

#[cfg(test)]
mod tests;

pub use brand::is_brand_style;
pub use routes::{not_found, router};
pub use script::INLINE;
