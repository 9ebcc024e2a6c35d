//! Small pictures of 16 pixels in the colour of the text around them. They repeat what words say: nobody hears them.

use leptos::prelude::*;

/// One path each: lines of 1.5 on a square of 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Back,
    Calendar,
    Check,
    Close,
    Down,
    Leave,
    Mail,
    Next,
    Payments,
    Previous,
    Search,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M8 1.8 14.6 13.4H1.4zM8 6v3.4m0 2v.1",
            Self::Back => "M13.5 8h-11m4-4.2L2.3 8l4.2 4.2",
            Self::Calendar => "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 1.5v3m5-3v3",
            Self::Check => "m3 8.5 3.5 3.5 6.5-8",
            Self::Close => "m4 4 8 8m0-8-8 8",
            Self::Down => "m4 6 4 4 4-4",
            Self::Leave => "M6 2.5H2.5v11H6M10 4.8 13.2 8 10 11.2M13 8H5.5",
            Self::Mail => "M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5",
            Self::Next => "m6 3.5 4.5 4.5L6 12.5",
            Self::Payments => "M3.5 3.5h9a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM1.5 6.7h13M4 10h2.5",
            Self::Previous => "M10 3.5 5.5 8l4.5 4.5",
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
        }
    }
}

pub fn icon(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
    .into_any()
}
