//! How the names of texts become types: one without values, one with them.
//!
//! Which names there are is `ui`'s business.

macro_rules! fixed {
    ($($name:ident),* $(,)?) => {
        /// A text without values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each message's text says it")]
        pub enum Say { $($name),* }

        impl Say {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in the code.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

macro_rules! with_values {
    ($($name:ident { $($value:ident: $type:ty),* }),* $(,)?) => {
        /// A text with values. Numbers choose plural forms and are shown in groups of three digits.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each message's text says it")]
        pub enum Tell<'a> { $($name { $($value: $type),* }),* }

        impl<'a> Tell<'a> {
            /// Every name, with the names of its values.
            pub const ALL: &'static [(&'static str, &'static [&'static str])] =
                &[$((stringify!($name), &[$(stringify!($value)),*])),*];

            fn parts(self) -> (&'static str, fluent_bundle::FluentArgs<'a>) {
                let mut args = fluent_bundle::FluentArgs::new();
                let name = match self {
                    $(Self::$name { $($value),* } => {
                        $(args.set(stringify!($value), $value);)*
                        stringify!($name)
                    })*
                };
                (name, args)
            }
        }
    };
}

pub(super) use {fixed, with_values};
