//! Live: pages that read this read their data again when something of the account changed.
//!
//! One stream a visible window says only that. A hidden window has none, since browsers give a site few connections; when it is seen again, it reads
//! again if it missed something. Nothing is read under somebody's hands: while a dialog or a menu is open, a field has the focus, something was
//! chosen in a form that is not sent yet, text is selected, or a button says what it did, the news waits.

use leptos::prelude::*;

/// Grows with every change that was announced. Pages are kept up with it by `ask::live`.
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
pub use stream::when_free;

/// The server has no hands to wait for, nor news.
#[cfg(not(target_arch = "wasm32"))]
pub fn when_free(then: impl FnOnce()) {
    then();
}

#[cfg(target_arch = "wasm32")]
mod stream {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
    use wasm_bindgen::closure::Closure;
    use web_sys::{Element, EventSource, MessageEvent, VisibilityState};

    use super::Live;

    /// Where news wait for hands to be free, and how often that is looked at.
    const PATIENCE: Duration = Duration::from_millis(700);
    /// A form's answer has so long to take the window elsewhere, where what it did ended the stream.
    const ELSEWHERE: Duration = Duration::from_secs(10);
    /// What must not be taken from under somebody's hands.
    const BUSY: &str = "dialog[open], details.menu[open], [aria-expanded='true'][role='combobox'], \
                        main input:not([type='checkbox']):not([type='radio']):focus, main textarea:focus, main select:focus, \
                        main form[data-chosen]:not(details:not([open]) *), main [data-said]";
    /// A form in which somebody chose something, until it is sent. What is typed stays whatever is read again, and so does what is chosen in a list.
    const CHOSEN: &str = "data-chosen";
    const CHOICE: &str = "main form:not(.list) :is(select, [type='checkbox'], [type='radio'])";

    struct Window {
        live: Live,
        source: Option<EventSource>,
        seen: String,
        on_message: Option<Closure<dyn Fn(MessageEvent)>>,
        /// A change waits to be told.
        waiting: bool,
        /// A form is on its way to the server: its answer takes the window elsewhere.
        leaving: bool,
    }

    type Shared = Rc<RefCell<Window>>;

    pub fn listen(live: Live, seen: String) {
        let window: Shared = Rc::new(RefCell::new(Window { live, source: None, seen, on_message: None, waiting: false, leaving: false }));
        let hear = window.clone();
        let on_message = Closure::new(move |event: MessageEvent| heard(&hear, &event));
        window.borrow_mut().on_message = Some(on_message);
        let look = window.clone();
        let seen = move |_: web_sys::Event| if visible() { open(&look) } else { close(&look) };
        // `visibilitychange` rises to the window. The focus counts too: of three windows side by side two have streams.
        drop(window_event_listener_untyped("visibilitychange", seen.clone()));
        drop(window_event_listener_untyped("focus", seen));
        let at = |event: &web_sys::Event| event.target()?.dyn_into::<Element>().ok();
        drop(window_event_listener(ev::change, move |event| {
            let choice = at(&event).filter(|at| at.matches(CHOICE).unwrap_or_default());
            if let Some(form) = choice.and_then(|choice| choice.closest("form").ok().flatten()) {
                drop(form.set_attribute(CHOSEN, ""));
            }
        }));
        let sent = window.clone();
        drop(window_event_listener(ev::submit, move |event| {
            if let Some(form) = at(&event) {
                drop(form.remove_attribute(CHOSEN));
            }
            let sent = sent.clone();
            // Whether script took it over is known once every listener has had it.
            set_timeout(move || sent.borrow_mut().leaving |= !event.default_prevented(), Duration::ZERO);
        }));
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
                    let shared = shared.clone();
                    when_free(move || tell(&shared));
                }
            }
            // Two other windows are looked at.
            Some("enough") => close(shared),
            // Signed out, or in the other environment: nothing here is this person's to see any more.
            Some("over") => {
                close(shared);
                let wait = if shared.borrow().leaving { ELSEWHERE } else { Duration::ZERO };
                set_timeout(|| drop(location().reload()), wait);
            }
            _ => {}
        }
    }

    fn tell(shared: &Shared) {
        shared.borrow_mut().waiting = false;
        let Live(changes) = shared.borrow().live;
        changes.update(|count| *count += 1);
    }

    /// Changes what is shown now, or when nobody's hands are in the page.
    pub fn when_free(change: impl FnOnce() + 'static) {
        if busy() {
            set_timeout(move || when_free(change), PATIENCE);
        } else {
            change();
        }
    }

    fn busy() -> bool {
        let selects = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
        selects || document().query_selector(BUSY).ok().flatten().is_some()
    }
}
