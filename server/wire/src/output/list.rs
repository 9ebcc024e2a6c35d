//! List envelopes: `range`, and the objects under their plural.

use std::collections::BTreeMap;

use engine::{ListQuery, Listed};
use serde::Serialize;
use utoipa::ToSchema;

use super::{CardOut, CustomerOut, DisputeOut, EventOut, PaymentIntentOut, PaymentOut, RefundOut};
use crate::View;

/// Which part of the list this is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RangeOut {
    pub start: i64,
    /// Position after the last object here.
    pub end: i64,
    pub limit: i64,
    /// All that match, exact to 10 000; more are 10 000 with `has_more`.
    pub count: i64,
    pub has_more: bool,
    /// Give it back as `cursor` for the next page; walks lists of any size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// v1: the filters asked for.
    #[serde(flatten)]
    #[schema(ignore)]
    pub echo: BTreeMap<&'static str, String>,
}

/// The range of a page; `asked` are the filters that v1 repeats.
pub fn range<T>(view: &View, query: &ListQuery, listed: &Listed<T>, asked: &[(&'static str, String)]) -> RangeOut {
    let returned = i64::try_from(listed.items.len()).unwrap_or_default();
    RangeOut {
        start: query.start,
        end: query.start + returned,
        limit: query.limit,
        count: listed.count,
        has_more: listed.has_more,
        cursor: listed.cursor.clone(),
        echo: if view.is_v1() { asked.iter().cloned().collect() } else { BTreeMap::new() },
    }
}

macro_rules! lists {
    ($($name:ident $plural:ident $item:ty;)*) => {
        $(
            #[derive(Debug, Clone, Serialize, ToSchema)]
            pub struct $name {
                pub range: RangeOut,
                pub $plural: Vec<$item>,
            }
        )*
    };
}

lists! {
    CustomerList customers CustomerOut;
    CardList cards CardOut;
    PaymentIntentList payment_intents PaymentIntentOut;
    PaymentList payments PaymentOut;
    RefundList refunds RefundOut;
    DisputeList disputes DisputeOut;
    EventList events EventOut;
}
