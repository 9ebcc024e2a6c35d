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
    Code,
    Copy,
    Down,
    Download,
    Home,
    Key,
    Keyboard,
    Leave,
    Link,
    Mail,
    Menu,
    Next,
    Payments,
    Pin,
    Previous,
    Print,
    Recent,
    Search,
    Settings,
    Shop,
    Up,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M8 1.8 14.6 13.4H1.4zM8 6v3.4m0 2v.1",
            Self::Back => "M13.5 8h-11m4-4.2L2.3 8l4.2 4.2",
            Self::Calendar => "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 1.5v3m5-3v3",
            Self::Check => "m3 8.5 3.5 3.5 6.5-8",
            Self::Close => "m4 4 8 8m0-8-8 8",
            Self::Code => "M5.5 4.5 2 8l3.5 3.5m5-7L14 8l-3.5 3.5",
            Self::Copy => "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
            Self::Down => "m4 6 4 4 4-4",
            Self::Download => "M8 2v8.5M4.5 7 8 10.5 11.5 7M2.5 13.8h11",
            Self::Home => "M2.5 7.2 8 2.5l5.5 4.7v6.3h-3.7V9.7H6.2v3.8H2.5z",
            Self::Key => "M10.2 2.2a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2zM7.6 8.4 2.2 13.8m2-2 1.8 1.8m.2-3.8 1.4 1.4",
            Self::Keyboard => "M1.5 4h13v8.5h-13zM4 6.8h.1m2.6 0h.1m2.6 0h.1m2.5 0h.1M4.8 9.8h6.4",
            Self::Leave => "M6 2.5H2.5v11H6M10 4.8 13.2 8 10 11.2M13 8H5.5",
            Self::Link => {
                "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7L8 4.3m1.2 2.5a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7L8 11.7"
            }
            Self::Mail => "M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5",
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::Next => "m6 3.5 4.5 4.5L6 12.5",
            Self::Payments => "M3.5 3.5h9a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM1.5 6.7h13M4 10h2.5",
            Self::Pin => {
                "M9.6 2.2 13.8 6.4 12.6 7.2 10.8 6.9 8.3 9.4 8.2 11.6 7.2 12.6 3.4 8.8 4.4 7.8 6.6 7.7 9.1 5.2 8.8 3.4zM5.3 10.7 2.3 13.7"
            }
            Self::Previous => "M10 3.5 5.5 8l4.5 4.5",
            Self::Print => "M4.5 6V2h7v4M4.5 12h-3V6h13v6h-3M4.5 9.5h7V14h-7z",
            Self::Recent => "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.6V8l2.4 1.5",
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
            Self::Settings => {
                "M2 4.5h6.5m3.5 0h2M2 11.5h2m3.5 0H14M8.5 4.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 0 0-3.5 0zM4 11.5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 0 0-3.5 0z"
            }
            Self::Shop => {
                "M2.5 6.5v7h11v-7M1.5 6.2 3.2 2.5h9.6l1.7 3.7c0 1.7-2.9 1.7-3.2 0-.3 1.7-3 1.7-3.3 0-.3 1.7-3 1.7-3.3 0-.3 1.7-3.2 1.7-3.2 0z"
            }
            Self::Up => "m4 10 4-4 4 4",
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
