//! How what the server knows travels to pages: values one after the other, without names. Reading a type is a few calls of what every type is
//! read with, where a general format brings a reader of its own for each, which was a tenth of the dashboard's weight.
//!
//! Both ends are of one build, or the answer is none: a number made of the names and types of all fields comes first.

use core::fmt::Write as _;

use model::{
    error::{Code, Refused},
    lifecycle::{Action, AuthStatus, DisputeStatus, Method, OrderCycle, OrderStatus, OrderType, Purpose, RefundStatus, Shown, State},
    locale::Locale,
    money::Currency,
    rights::{Environment, Right, Rights, Role},
    time::{Date, Timestamp, Zone},
};

/// What programs that ask for JSON are told it with.
#[cfg(not(target_arch = "wasm32"))]
pub use serde::Serialize as Open;

#[cfg(target_arch = "wasm32")]
pub trait Open {}
#[cfg(target_arch = "wasm32")]
impl<T> Open for T {}

pub trait Told: Sized + Open {
    /// Differs where the two ends are not of one build.
    const SHAPE: u32;

    fn tell(&self, to: &mut String);

    /// None for what [`Told::tell`] has not written.
    fn read(from: &mut Reader<'_>) -> Option<Self>;
}

/// As it travels.
pub fn tell<T: Told>(told: &T) -> String {
    let mut text = String::new();
    number(T::SHAPE.into(), &mut text);
    told.tell(&mut text);
    text
}

/// None for an answer of another build, or none at all.
pub fn read<T: Told>(text: &str) -> Option<T> {
    let mut from = Reader { rest: text };
    if from.number()? != i64::from(T::SHAPE) {
        return None;
    }
    T::read(&mut from).filter(|_| from.rest.is_empty())
}

fn number(number: i64, to: &mut String) {
    _ = write!(to, "{number};");
}

pub struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<i64> {
        let (number, rest) = self.rest.split_once(';')?;
        self.rest = rest;
        number.parse().ok()
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }
}

/// FNV-1a.
pub const fn shape(of: &str, before: u32) -> u32 {
    let (bytes, mut shape, mut at) = (of.as_bytes(), before ^ 0x811c_9dc5, 0);
    while at < bytes.len() {
        shape = (shape ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    shape.wrapping_mul(0x0100_0193)
}

/// A type that is told by all of its fields.
macro_rules! told {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$about:meta])* $see:vis $field:ident: $type:ty),* $(,)? })*) => { $(
        $(#[$meta])*
        #[cfg_attr(not(target_arch = "wasm32"), derive(::serde::Serialize))]
        $vis struct $name { $($(#[$about])* $see $field: $type),* }

        impl $crate::told::Told for $name {
            const SHAPE: u32 = {
                let shape = $crate::told::shape(stringify!($name), 0);
                $(let shape = $crate::told::shape(stringify!($field), shape ^ <$type as $crate::told::Told>::SHAPE);)*
                shape
            };

            fn tell(&self, to: &mut String) {
                $($crate::told::Told::tell(&self.$field, to);)*
            }

            fn read(from: &mut $crate::told::Reader<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::told::Told::read(from)?),* })
            }
        }
    )* };
}

/// Lists of words, told by their places. `Name: field` for those whose word is another field's.
macro_rules! told_words {
    ($($name:ty: $word:ident;)*) => { $(
        impl $crate::told::Told for $name {
            const SHAPE: u32 = {
                let (mut shape, mut at) = (0, 0);
                while at < <$name>::ALL.len() {
                    shape = $crate::told::shape(<$name>::ALL[at].$word(), shape);
                    at += 1;
                }
                shape
            };

            fn tell(&self, to: &mut String) {
                <$name>::ALL.iter().position(|one| one == self).unwrap_or_default().tell(to);
            }

            fn read(from: &mut $crate::told::Reader<'_>) -> Option<Self> {
                <$name>::ALL.get(usize::read(from)?).copied()
            }
        }
    )* };
}
pub(crate) use {told, told_words};

told_words! {
    Action: as_str; AuthStatus: as_str; Code: as_str; Currency: code; DisputeStatus: as_str; Environment: as_str; Locale: code; Method: as_str;
    OrderCycle: as_str; OrderStatus: as_str; OrderType: as_str; Purpose: as_str; RefundStatus: as_str; Right: as_str; Role: as_str;
    Shown: as_str; State: as_str;
}

impl Told for usize {
    const SHAPE: u32 = 0;

    fn tell(&self, to: &mut String) {
        // Counts fit: nothing is told of that has more than an `i64` has room for.
        number(i64::try_from(*self).unwrap_or(i64::MAX), to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.count()
    }
}

impl Told for i32 {
    const SHAPE: u32 = 1;

    fn tell(&self, to: &mut String) {
        number(i64::from(*self), to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Self::try_from(from.number()?).ok()
    }
}

impl Told for i64 {
    const SHAPE: u32 = 2;

    fn tell(&self, to: &mut String) {
        number(*self, to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.number()
    }
}

impl Told for bool {
    const SHAPE: u32 = 3;

    fn tell(&self, to: &mut String) {
        number(i64::from(*self), to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(from.number()? != 0)
    }
}

impl Told for String {
    const SHAPE: u32 = 4;

    fn tell(&self, to: &mut String) {
        self.len().tell(to);
        to.push_str(self);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.text().map(str::to_owned)
    }
}

impl Told for () {
    const SHAPE: u32 = 5;

    fn tell(&self, _: &mut String) {}

    fn read(_: &mut Reader<'_>) -> Option<Self> {
        Some(())
    }
}

impl<T: Told> Told for Option<T> {
    const SHAPE: u32 = shape("option", T::SHAPE);

    fn tell(&self, to: &mut String) {
        self.is_some().tell(to);
        if let Some(told) = self {
            told.tell(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        if bool::read(from)? { T::read(from).map(Some) } else { Some(None) }
    }
}

impl<T: Told> Told for Vec<T> {
    const SHAPE: u32 = shape("list", T::SHAPE);

    fn tell(&self, to: &mut String) {
        self.len().tell(to);
        for one in self {
            one.tell(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let mut all = Self::new();
        for _ in 0..from.count()? {
            all.push(T::read(from)?);
        }
        Some(all)
    }
}

impl<A: Told, B: Told> Told for (A, B) {
    const SHAPE: u32 = shape("pair", shape("first", A::SHAPE) ^ B::SHAPE);

    fn tell(&self, to: &mut String) {
        self.0.tell(to);
        self.1.tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl Told for Timestamp {
    const SHAPE: u32 = 6;

    fn tell(&self, to: &mut String) {
        number(self.as_millis(), to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.number().map(Self::from_millis)
    }
}

impl Told for Date {
    const SHAPE: u32 = 7;

    fn tell(&self, to: &mut String) {
        number(self.to_epoch_days(), to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.number().map(Self::from_epoch_days)
    }
}

impl Told for Zone {
    const SHAPE: u32 = 8;

    fn tell(&self, to: &mut String) {
        self.name.tell(to);
        self.transitions.tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self { name: Told::read(from)?, transitions: Told::read(from)? })
    }
}

impl Told for Rights {
    const SHAPE: u32 = <Vec<Right> as Told>::SHAPE;

    fn tell(&self, to: &mut String) {
        self.iter().collect::<Vec<_>>().tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(Vec::<Right>::read(from)?.into_iter().collect())
    }
}

/// What a page says of it: the rest concerns programs.
impl Told for Refused {
    const SHAPE: u32 = shape("refused", Code::SHAPE);

    fn tell(&self, to: &mut String) {
        self.code.tell(to);
        self.field.tell(to);
        self.message.tell(to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let (code, field) = (Code::read(from)?, Option::<String>::read(from)?);
        let mut refused = Self::new(code, String::read(from)?);
        refused.field = field;
        Some(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    told! {
        #[derive(Clone, Debug, PartialEq)]
        struct Teapot {
            name: String,
            /// Minor units.
            price: i64,
            made: Option<Date>,
            /// Who has one, and since when.
            owners: Vec<(String, Timestamp)>,
            state: State,
            whole: bool,
        }

        #[derive(Clone, Debug, PartialEq)]
        struct Renamed {
            called: String,
            price: i64,
            made: Option<Date>,
            owners: Vec<(String, Timestamp)>,
            state: State,
            whole: bool,
        }
    }

    fn teapot() -> Teapot {
        Teapot {
            name: "Céladon; 2\"<".to_owned(),
            price: -2490,
            made: "2026-02-28".parse().ok(),
            owners: vec![("Ada".to_owned(), Timestamp::from_millis(1_700_000_000_123)), (String::new(), Timestamp::from_millis(0))],
            state: State::ALL[2],
            whole: true,
        }
    }

    #[test]
    fn what_is_told_is_read() {
        let text = tell(&teapot());
        assert_eq!(read::<Teapot>(&text), Some(teapot()));
        let (shape, values) = text.split_once(';').unwrap();
        assert_eq!(shape.parse::<u32>().unwrap(), Teapot::SHAPE);
        assert_eq!(values, "13;Céladon; 2\"<-2490;1;20512;2;3;Ada1700000000123;0;0;2;1;");
        let zone = Zone::new("Europe/Paris", vec![(1, 3600), (2, -7200)]);
        assert_eq!(read::<Zone>(&tell(&zone)), Some(zone));
        let rights = Role::Finance.rights();
        assert_eq!(read::<Rights>(&tell(&rights)), Some(rights));
        for currency in Currency::ALL {
            assert_eq!(read::<Currency>(&tell(&currency)), Some(currency));
        }
    }

    #[test]
    fn what_is_cut_or_of_another_build_is_not_read() {
        let text = tell(&teapot());
        for (at, _) in text.char_indices() {
            assert_eq!(read::<Teapot>(&text[..at]), None, "{at}");
        }
        assert_eq!(read::<Teapot>(&format!("{text}1;")), None, "more than was told");
        assert_eq!(read::<Renamed>(&text), None, "a field of another name");
        assert_eq!(read::<Teapot>("nonsense"), None);
        assert_eq!(read::<String>(&format!("{};-1;", String::SHAPE)), None);
        assert_eq!(read::<String>(&format!("{};99999999999999999999;", String::SHAPE)), None);
        assert_eq!(read::<String>(&format!("{};1;é", String::SHAPE)), None, "within a character");
        assert_eq!(read::<Vec<String>>(&format!("{};9999999999;", Vec::<String>::SHAPE)), None, "no room is made before it is there");
    }
}
