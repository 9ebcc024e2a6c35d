//! The columns a list of payments may have.

use model::{locale::Locale, words};

use super::list_messages as w;

words! {
    /// In the order they stand.
    pub enum Column {
        Created = "created", Reference = "reference", Name = "name", Email = "email", Type = "type", Method = "method", Description = "description",
        Shop = "shop", CreatedBy = "created_by", Id = "id", Status = "status", Captured = "captured", Refunded = "refunded",
        Currency = "currency", Amount = "amount",
    }
}

impl Column {
    /// What a list has unless somebody chose otherwise.
    pub const USUAL: [Self; 6] = [Self::Created, Self::Reference, Self::Name, Self::Type, Self::Status, Self::Amount];

    /// The reference leads to the payment: it always stands there.
    pub const fn stays(self) -> bool {
        matches!(self, Self::Reference)
    }

    pub const fn is_amount(self) -> bool {
        matches!(self, Self::Amount | Self::Captured | Self::Refunded)
    }

    pub fn title(self, l: Locale) -> &'static str {
        match self {
            Self::Created => w::col_created(l),
            Self::Reference => w::col_reference(l),
            Self::Name => w::col_name(l),
            Self::Email => w::col_email(l),
            Self::Type => w::col_type(l),
            Self::Method => w::col_method(l),
            Self::Description => w::col_description(l),
            Self::Shop => w::col_shop(l),
            Self::CreatedBy => w::col_created_by(l),
            Self::Id => w::col_id(l),
            Self::Status => w::col_status(l),
            Self::Captured => w::col_captured(l),
            Self::Refunded => w::col_refunded(l),
            Self::Currency => w::col_currency(l),
            Self::Amount => w::col_amount(l),
        }
    }

    /// Each once and in order, with the ones that stay. None: none were chosen.
    pub fn chosen(names: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let asked: Vec<Self> = names.into_iter().collect();
        if asked.is_empty() {
            return asked;
        }
        Self::ALL.iter().copied().filter(|column| column.stays() || asked.contains(column)).collect()
    }

    /// As an address and the keeper of defaults have them.
    pub fn joined(columns: &[Self]) -> String {
        columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",")
    }

    /// What is none of them is left out.
    pub fn split(text: &str) -> Vec<Self> {
        Self::chosen(text.split(',').filter_map(|name| name.parse().ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_their_order_whatever_order_they_are_asked_in() {
        assert_eq!(Column::split("amount,created,amount,nonsense"), [Column::Created, Column::Reference, Column::Amount]);
        assert_eq!(Column::split(""), []);
        assert_eq!(Column::split(&Column::joined(&Column::USUAL)), Column::USUAL);
    }
}
