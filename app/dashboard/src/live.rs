//! Live: pages that read this read their data again when something of the account changed.
//!
//! One stream a visible window says only that. A hidden window has none, since browsers give a site few connections; when it is seen again, it reads
//! again if it missed something. Nothing is read under somebody's hands: while a dialog or a menu is open, a field is being filled in or text is
//! selected, the news waits.

use leptos::prelude::*;

/// Grows with every change that was announced. Put `Live::heard()` among what a page's resource is made of.
#[derive(Clone, Copy)]
pub struct Live(pub RwSignal<u64>);

impl Live {
    /// How many changes were announced so far; tracked.
    pub fn heard() -> u64 {
        use_context::<Self>().map_or(0, |Self(changes)| changes.get())
    }

    /// Listens as long as the window is visible. `seen` is how far the page has seen, as its document says.
    #[cfg_attr(not(target_arch = "wasm32"), expect(clippy::unused_self, reason = "the server renders and does not listen"))]
    pub fn listen(self, seen: String) {
        #[cfg(target_arch = "wasm32")]
        stream::listen(self, seen);
        #[cfg(not(target_arch = "wasm32"))]
        drop(seen);
    }
}

#[cfg(target_arch = "wasm32")]
mod stream {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
    use wasm_bindgen::closure::Closure;
    use web_sys::{Element, EventSource, HtmlElement, MessageEvent, VisibilityState};

    use super::Live;

    /// Where news wait for hands to be free, and how often that is looked at.
    const PATIENCE: Duration = Duration::from_millis(700);
    /// How often, and how many times, a page that reads again is looked at for what had the focus before.
    const FOCUS: Duration = Duration::from_millis(60);
    const FOCUS_TRIES: u32 = 50;
    /// What must not be taken from under somebody's hands.
    const BUSY: &str = "dialog[open], details.menu[open], [aria-expanded='true'][role='combobox'], \
                        main input:not([type='checkbox']):not([type='radio']):focus, main textarea:focus, main select:focus";

    struct Window {
        live: Live,
        source: Option<EventSource>,
        seen: String,
        on_message: Option<Closure<dyn Fn(MessageEvent)>>,
        /// A change waits to be told.
        waiting: bool,
    }

    type Shared = Rc<RefCell<Window>>;

    pub fn listen(live: Live, seen: String) {
        let window: Shared = Rc::new(RefCell::new(Window { live, source: None, seen, on_message: None, waiting: false }));
        let hear = window.clone();
        let on_message = Closure::new(move |event: MessageEvent| heard(&hear, &event));
        window.borrow_mut().on_message = Some(on_message);
        let look = window.clone();
        let seen = move |_: web_sys::Event| if visible() { open(&look) } else { close(&look) };
        // `visibilitychange` rises to the window. The focus counts too: of three windows side by side two have streams.
        drop(window_event_listener_untyped("visibilitychange", seen.clone()));
        drop(window_event_listener_untyped("focus", seen));
        let left = window.clone();
        // Else the browser could not keep the page for going back to it.
        drop(window_event_listener_untyped("pagehide", move |_| close(&left)));
        let back = window.clone();
        drop(window_event_listener(ev::pageshow, move |_| {
            if visible() {
                open(&back);
            }
        }));
        if visible() {
            open(&window);
        }
    }

    fn visible() -> bool {
        document().visibility_state() == VisibilityState::Visible
    }

    fn open(shared: &Shared) {
        let mut window = shared.borrow_mut();
        if window.source.as_ref().is_some_and(|source| source.ready_state() != EventSource::CLOSED) {
            return;
        }
        let Ok(source) = EventSource::new(&format!("/_live?seen={}", window.seen)) else { return };
        source.set_onmessage(window.on_message.as_ref().map(|closure| closure.as_ref().unchecked_ref()));
        window.source = Some(source);
    }

    fn close(shared: &Shared) {
        if let Some(source) = shared.borrow_mut().source.take() {
            source.close();
        }
    }

    fn heard(shared: &Shared, event: &MessageEvent) {
        match event.data().as_string().as_deref() {
            Some("changed") => {
                shared.borrow_mut().seen = event.last_event_id();
                if !std::mem::replace(&mut shared.borrow_mut().waiting, true) {
                    tell(shared.clone());
                }
            }
            // Two other windows are looked at.
            Some("enough") => close(shared),
            // Signed out, or in the other environment: nothing here is this person's to see any more.
            Some("over") => {
                close(shared);
                drop(location().reload());
            }
            _ => {}
        }
    }

    /// Now, or when nobody's hands are in the page.
    fn tell(shared: Shared) {
        if busy() {
            set_timeout(move || tell(shared), PATIENCE);
            return;
        }
        shared.borrow_mut().waiting = false;
        let Live(changes) = shared.borrow().live;
        if let Some(focused) = focused() {
            restore(focused, FOCUS_TRIES);
        }
        changes.update(|count| *count += 1);
    }

    fn busy() -> bool {
        let selects = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        selects || document().query_selector(BUSY).ok().flatten().is_some()
    }

    /// What has the focus in the page, and how to find what will stand in its place.
    fn focused() -> Option<(Element, String)> {
        let element = document().active_element()?;
        if element.closest("main [href], main [id], main [name]").ok().flatten()? != element {
            return None;
        }
        let name = ["id", "href", "name"].into_iter().find(|name| element.has_attribute(name))?;
        let value = element.get_attribute(name)?.replace(['\\', '"'], "");
        let tag = element.tag_name().to_lowercase();
        Some((element, format!("main {tag}[{name}=\"{value}\"]")))
    }

    /// Gives the focus to what took the place of what had it, without scrolling.
    fn restore((before, selector): (Element, String), tries: u32) {
        set_timeout(
            move || {
                if before.is_connected() {
                    if let Some(left) = tries.checked_sub(1) {
                        restore((before, selector), left);
                    }
                    return;
                }
                let lost = document().active_element().is_none_or(|now| now.tag_name() == "BODY");
                let again = document().query_selector(&selector).ok().flatten().and_then(|again| again.dyn_into::<HtmlElement>().ok());
                if let (true, Some(again)) = (lost, again) {
                    let quietly = web_sys::FocusOptions::new();
                    quietly.set_prevent_scroll(true);
                    drop(again.focus_with_options(&quietly));
                }
            },
            FOCUS,
        );
    }
}
