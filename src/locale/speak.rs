//! Errors in both languages.
//!
//! Whoever raises an error does not know who will read it: a screen may change its language, a log is read elsewhere.
//! So an error says itself in both, as [`both!`] has its two texts side by side, and the edge picks one. Nothing here
//! is made from one text alone but what stays as it is in every language ([`Text::verbatim`]).

use std::io;

use super::Text;

/// Says itself in both languages.
pub trait Speak {
    /// What it says.
    fn said(&self) -> Text;
}

impl Speak for Text {
    fn said(&self) -> Text {
        self.clone()
    }
}

/// An error that is nothing more than what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct Fault(pub Text);

impl Speak for Fault {
    fn said(&self) -> Text {
        self.0.clone()
    }
}

/// What is the same in every language.
macro_rules! verbatim {
    ($($type:ty),*) => {
        $(impl Speak for $type {
            fn said(&self) -> Text {
                Text::verbatim(self)
            }
        })*
    };
}

verbatim!(str, String, u16, u32, u64, usize);

/// The operating system's words stay as they are; what we put into one ourselves is a [`Fault`].
impl Speak for io::Error {
    fn said(&self) -> Text {
        let ours = self.get_ref().and_then(|inner| inner.downcast_ref::<Fault>());
        ours.map_or_else(|| Text::verbatim(self), Fault::said)
    }
}

impl<T: Speak + ?Sized> Speak for &T {
    fn said(&self) -> Text {
        (**self).said()
    }
}

/// A [`Text`] from an English and a Chinese format string. What is listed after them is said in the language of each
/// (and must stand in both); other values are taken from around, as `format!` takes them.
macro_rules! both {
    ($en:literal, $zh:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        $(let $name = $crate::locale::Speak::said($crate::locale::both!(@ $name $(, $value)?));)*
        $crate::locale::Text {
            en: {
                $(let $name = $name.pick($crate::locale::Lang::En);)*
                format!($en)
            },
            zh: {
                $(let $name = $name.pick($crate::locale::Lang::Zh);)*
                format!($zh)
            },
        }
    }};
    (@ $name:ident) => { &$name };
    (@ $name:ident, $value:expr) => { &$value };
}

pub(crate) use both;
