//! The shape every list of problems has.

/// Declares an enum of problems: variant, stable code, English and French sentence.
macro_rules! problems {
    ($(#[$meta:meta])* $name:ident { $($variant:ident $code:literal $en:literal $fr:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $en] #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stable, for programs and tests.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The sentence in English and in French.
            pub const fn texts(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($en, $fr),)+ }
            }

            /// For whoever typed it. `language` is a language code: "fr" is French, anything else English.
            pub fn message(self, language: &str) -> &'static str {
                let (en, fr) = self.texts();
                if language == "fr" { fr } else { en }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.texts().0)
            }
        }

        impl core::error::Error for $name {}

        #[cfg(test)]
        mod problems_are_said {
            #[test]
            fn once_each_and_whole() {
                let all = super::$name::ALL;
                for (at, problem) in all.iter().enumerate() {
                    assert!(all[..at].iter().all(|other| other.code() != problem.code()));
                    for language in ["en", "fr"] {
                        assert!(problem.message(language).ends_with('.'), "{problem:?}");
                    }
                    assert_ne!(problem.message("en"), problem.message("fr"));
                }
            }
        }
    };
}
