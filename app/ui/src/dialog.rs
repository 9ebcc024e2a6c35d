//! A question over the page. It is part of the document that the server sends, so without script it stands in the page as
//! an ordinary form; with script it becomes modal: focus stays inside, Escape closes.

use leptos::{html, prelude::*};

/// `labelled_by` is the id of its heading. `closing` turning true closes it; `on_close` runs however it was closed.
#[component]
pub fn Dialog(labelled_by: &'static str, #[prop(into)] closing: Signal<bool>, on_close: Callback<()>, children: Children) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            // Not `close()`, which would report that it was closed.
            dialog.set_open(false);
            drop(dialog.show_modal());
        }
    });
    Effect::new(move |_| {
        if closing.get()
            && let Some(dialog) = node.get_untracked()
        {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=node
            open=true
            aria-labelledby=labelled_by
            // While its page is told anew, what was made with the element is gone before the element is.
            on:close=move |_| _ = on_close.try_run(())
            on:click=move |event| {
                // A click beside the content is a click on the dialog itself: its backdrop.
                if let Some(dialog) = node.try_get_untracked().flatten() && event.target().as_ref() == Some(dialog.as_ref()) {
                    dialog.close();
                }
            }
        >
            <div class="content">{children()}</div>
        </dialog>
    }
}
