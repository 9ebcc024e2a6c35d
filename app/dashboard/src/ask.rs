//! How pages ask the server: the protocol of its functions, the answer that a page is made of, and forms that post to a function. What differs
//! from one page to another is how an answer is read and shown; everything around it exists once, since each copy would weigh.

use core::{marker::PhantomData, pin::Pin};
use std::sync::Arc;

use http::Method;
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server::{ServerActionError, codee::string::FromToStringCodec},
    server_fn::{
        Protocol, ServerFn,
        client::Client,
        codec::{FromReq, PostUrl},
        error::ServerFnUrlError,
        server::Server,
    },
    task::spawn_local,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    failure::{Failure, leave_when_signed_out},
    frame::Frame,
    live::{Live, when_free},
    messages as m,
    told::{self, Told},
};

/// The content type of answers to pages. Whoever asks for anything else is answered JSON.
pub const TOLD: &str = "text/vnd.guichet";

type Soon<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Asks as a form does, is answered as pages read.
pub struct Ask;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, Failure> for Ask
where
    Input: Serialize + DeserializeOwned + Send + FromReq<PostUrl, S::Request, Failure>,
    Output: Told + Send,
    C: Client<Failure>,
    S: Server<Failure>,
{
    const METHOD: Method = Method::POST;

    #[cfg(target_arch = "wasm32")]
    async fn run_server<F, Fut>(_: S::Request, _: F) -> Result<S::Response, Failure>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, Failure>> + Send,
    {
        Err(Failure::Unreachable)
    }

    #[cfg(not(target_arch = "wasm32"))]
    async fn run_server<F, Fut>(request: S::Request, server_fn: F) -> Result<S::Response, Failure>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, Failure>> + Send,
    {
        use leptos::server_fn::{request::Req, response::TryRes};

        let of_ours = request.accepts().is_some_and(|accepts| accepts == TOLD);
        let input = Input::from_req(request).await?;
        let output = server_fn(input).await?;
        if of_ours {
            return S::Response::try_from_string(TOLD, told::tell(&output));
        }
        let json = serde_json::to_string(&output).map_err(|_| Failure::Unreachable)?;
        S::Response::try_from_string("application/json", json)
    }

    async fn run_client(path: &str, input: Input) -> Result<Output, Failure> {
        let answer = post(path, body(&input)).await?;
        told::read(&answer).ok_or(Failure::Unreachable)
    }
}

/// What is asked, as a form would send it.
fn body<T: Serialize>(asked: &T) -> String {
    serde_qs::to_string(asked).unwrap_or_default()
}

/// Posts a form's content to a server function; what it answers, as it travels.
#[cfg(target_arch = "wasm32")]
fn post(path: &str, body: String) -> Soon<Result<String, Failure>> {
    let asked = browser::post(path, &body);
    Box::pin(send_wrapper::SendWrapper::new(async move { asked.await.unwrap_or(Err(Failure::Unreachable)) }))
}

/// The server asks nobody: it calls its functions.
#[cfg(not(target_arch = "wasm32"))]
fn post(_: &str, _: String) -> Soon<Result<String, Failure>> {
    Box::pin(async { Err(Failure::Unreachable) })
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use leptos::{
        prelude::window,
        server_fn::redirect::{REDIRECT_HEADER, call_redirect_hook},
        wasm_bindgen::{JsCast, JsValue},
        web_sys::{Headers, RequestInit, Response},
    };
    use wasm_bindgen_futures::JsFuture;

    use super::TOLD;
    use crate::{failure::Failure, told};

    /// An error is the connection's.
    pub fn post(path: &str, body: &str) -> impl Future<Output = Result<Result<String, Failure>, JsValue>> + use<> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(&JsValue::from_str(body));
        let headers = Headers::new().and_then(|headers| {
            headers.set("accept", TOLD)?;
            headers.set("content-type", "application/x-www-form-urlencoded")?;
            Ok(headers)
        });
        let asked = headers.map(|headers| {
            init.set_headers(&headers);
            JsFuture::from(window().fetch_with_str_and_init(path, &init))
        });
        async move {
            let answer: Response = asked?.await?.unchecked_into();
            let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
            if !answer.ok() {
                return Ok(Err(told::read(&text).unwrap_or(Failure::Unreachable)));
            }
            if answer.headers().has(REDIRECT_HEADER)? {
                call_redirect_hook(&answer.headers().get("location")?.unwrap_or_default());
            }
            Ok(Ok(text))
        }
    }
}

/// What a page is made of: asked for while the server writes the page, and again whenever what is asked changes.
pub struct Answer<T> {
    /// As it travels, after a mark that says whether it is an answer or why there is none.
    text: Resource<String, FromToStringCodec>,
    news: News,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Answer<T> {}

impl<T: Told> Answer<T> {
    /// Asks again.
    pub fn again(self) {
        self.text.refetch();
    }
}

/// What the same question was answered since the page asked it.
#[derive(Clone, Copy)]
struct News {
    /// As it travels, marked; None as long as nothing changed.
    text: RwSignal<Option<String>>,
    /// How many times the page asked: another question makes the news of the last one old.
    asked: StoredValue<u64>,
}

impl News {
    fn none() -> Self {
        Self { text: RwSignal::new(None), asked: StoredValue::new(0) }
    }

    #[cfg(target_arch = "wasm32")]
    fn forget(self) {
        _ = self.asked.try_update_value(|asked| *asked += 1);
        _ = self.text.try_update_untracked(|text| *text = None);
    }

    /// Asks again after each change that was announced. An answer that comes while somebody's hands are in the page waits for them, however early
    /// it was asked for; one to another question, or older than the one given last, is dropped. A failure leaves what is shown: the next
    /// change asks again.
    fn follow(self, path: &'static str, question: Arc<dyn Fn() -> String>) {
        let given = StoredValue::new(0_u64);
        Effect::new(move |before: Option<u64>| {
            let heard = Live::heard();
            if before.is_some_and(|before| before != heard) {
                let (asked, body, question) = (self.asked.get_value(), untrack(&*question), question.clone());
                spawn_local(async move {
                    match post(path, body.clone()).await {
                        Ok(text) => when_free(move || {
                            let same = self.asked.try_get_value() == Some(asked) && untrack(&*question) == body;
                            if same && given.try_get_value().is_some_and(|given| given < heard) {
                                given.set_value(heard);
                                self.text.set(Some(marked(Ok(text))));
                            }
                        }),
                        Err(failure) => leave_when_signed_out(&failure),
                    }
                });
            }
            heard
        });
    }
}

const HERE: char = '+';
const NONE: char = '-';

/// What `<` is while it stands in a document: leptos 0.8.23 escapes it there for JSON, which this is not. No text of ours has this character.
const LESS: char = '\u{1}';

fn marked(answer: Result<String, Failure>) -> String {
    let (mark, text) = match answer {
        Ok(text) => (HERE, text),
        Err(failure) => (NONE, told::tell(&failure)),
    };
    format!("{mark}{}", text.replace(LESS, " ").replace('<', "\u{1}"))
}

fn unmarked<T: Told>(text: &str) -> Result<T, Failure> {
    let text = text.replace(LESS, "<");
    if let Some(text) = text.strip_prefix(HERE) {
        return told::read(text).ok_or(Failure::Unreachable);
    }
    Err(text.strip_prefix(NONE).and_then(told::read).unwrap_or(Failure::Unreachable))
}

type Source = Box<dyn Fn() -> (u64, String) + Send + Sync>;
type Fetch = Box<dyn Fn(String) -> Soon<String> + Send + Sync>;

/// Asks a server function for what `asked` says, and again whenever something changes that `asked` reads.
pub fn answer<F>(asked: impl Fn() -> F + Send + Sync + 'static) -> Answer<F::Output>
where
    F: ServerFn<Error = Failure> + Serialize + 'static,
    F::Output: Told,
{
    of(Arc::new(asked))
}

/// The same, and kept up: asked again after each change of the account's that was announced.
pub fn live<F>(asked: impl Fn() -> F + Send + Sync + 'static) -> Answer<F::Output>
where
    F: ServerFn<Error = Failure> + Serialize + 'static,
    F::Output: Told,
{
    let asked = Arc::new(asked);
    let answer = of(asked.clone());
    answer.news.follow(F::PATH, Arc::new(move || body(&asked())));
    answer
}

fn of<F>(asked: Arc<impl Fn() -> F + Send + Sync + 'static>) -> Answer<F::Output>
where
    F: ServerFn<Error = Failure> + Serialize + 'static,
    F::Output: Told,
{
    let news = News::none();
    let again = asked.clone();
    let turns = core::sync::atomic::AtomicU64::new(0);
    // Each time something changed it is another turn: what is asked may be the same, and its answer another.
    let source = move || (turns.fetch_add(1, core::sync::atomic::Ordering::Relaxed), body(&asked()));
    #[cfg(target_arch = "wasm32")]
    let fetch = {
        drop(again);
        move |body| -> Soon<String> {
            news.forget();
            Box::pin(async { marked(post(F::PATH, body).await) })
        }
    };
    #[cfg(not(target_arch = "wasm32"))]
    let fetch = move |_| -> Soon<String> {
        let asked = untrack(|| again());
        Box::pin(async move { marked(asked.run_body().await.map(|told| told::tell(&told))) })
    };
    Answer { text: resource(Box::new(source), Box::new(fetch)), news, of: PhantomData }
}

fn resource(source: Source, fetch: Fetch) -> Resource<String, FromToStringCodec> {
    Resource::new_str(source, move |(_, body)| fetch(body))
}

/// The page's content, once its answer is there; while it is asked for again, what was there stays.
pub fn page<T: Told + 'static>(answer: Answer<T>, view: impl Fn(Result<T, Failure>) -> AnyView + Send + Sync + 'static) -> AnyView {
    page_while(answer, signal(false).1, view)
}

/// The same; `pending` says whether it is being asked for again because something else is asked.
pub fn page_while<T: Told + 'static>(
    answer: Answer<T>,
    pending: WriteSignal<bool>,
    view: impl Fn(Result<T, Failure>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    content(answer.text, answer.news, pending, Arc::new(move |text: String| view(unmarked(&text))))
}

fn content(
    text: Resource<String, FromToStringCodec>,
    news: News,
    pending: WriteSignal<bool>,
    view: Arc<dyn Fn(String) -> AnyView + Send + Sync>,
) -> AnyView {
    let l = Frame::here().locale;
    let content = move || {
        news.text.track();
        let view = view.clone();
        Suspend::new(async move {
            let read = text.await;
            view(news.text.get_untracked().unwrap_or(read))
        })
    };
    view! {
        <Transition fallback=move || view! { <p class="muted late">{m::loading(l)}</p> } set_pending=pending>{content}</Transition>
    }
    .into_any()
}

/// A server function that forms post to, and what came of it.
#[derive(Clone, Copy)]
pub struct Act {
    path: &'static str,
    answer: RwSignal<Option<Result<String, Failure>>>,
    waiting: RwSignal<usize>,
    answered: RwSignal<usize>,
}

impl Act {
    /// What a form came back with that was posted without script, the page says in its context.
    pub fn of<F: ServerFn<Error = Failure>>() -> Self {
        Self::at(F::PATH)
    }

    fn at(path: &'static str) -> Self {
        let posted = use_context::<ServerActionError>().filter(|error| error.path() == path);
        let answer = posted.map(|error| Err(ServerFnUrlError::decode_err(error.err())));
        Self { path, answer: RwSignal::new(answer), waiting: RwSignal::new(0), answered: RwSignal::new(0) }
    }

    /// Tracked, as are the others.
    pub fn pending(self) -> bool {
        self.waiting.get() > 0
    }

    pub fn succeeded(self) -> bool {
        self.answer.with(|answer| matches!(answer, Some(Ok(_))))
    }

    pub fn failure(self) -> Option<Failure> {
        self.answer.get().and_then(Result::err)
    }

    /// What it answered.
    pub fn told<T: Told>(self) -> Option<T> {
        self.answer.with(|answer| told::read(answer.as_ref()?.as_ref().ok()?))
    }

    /// How many times it answered, well or not.
    pub fn answered(self) -> usize {
        self.answered.get()
    }

    #[cfg(target_arch = "wasm32")]
    fn submit(self, event: &SubmitEvent) {
        use leptos::{form::form_data_from_event, web_sys::UrlSearchParams};

        let form = form_data_from_event(event).ok().and_then(|form| UrlSearchParams::new_with_str_sequence_sequence(&form).ok());
        let Some(body) = form.and_then(|form| form.to_string().as_string()) else { return };
        self.waiting.update(|count| *count += 1);
        spawn_local(async move {
            let answer = post(self.path, body).await;
            // The form may be gone meanwhile.
            _ = self.waiting.try_update(|count| *count -= 1);
            _ = self.answer.try_set(Some(answer));
            _ = self.answered.try_update(|count| *count += 1);
        });
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[expect(clippy::unused_self, reason = "the server renders forms and sends none")]
    fn submit(self, _: &SubmitEvent) {}
}

/// A form that posts to a server function; without script it is sent there as it is, or to a page that answers it.
#[component]
pub fn Form(
    act: Act,
    #[prop(optional)] class: Option<&'static str>,
    #[prop(optional)] page: Option<String>,
    children: Children,
) -> impl IntoView {
    let to = page.unwrap_or_else(|| act.path.to_owned());
    let submit = move |event: SubmitEvent| {
        if !event.default_prevented() {
            event.prevent_default();
            act.submit(&event);
        }
    };
    view! { <form action=to method="post" class=class on:submit=submit>{children()}</form> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_and_the_lack_of_one_are_read_as_what_they_are() {
        let failure = Failure::Input { field: "amount".to_owned(), message: "Too <much>".to_owned() };
        let text = marked(Ok(told::tell(&"<b>é".to_owned())));
        assert!(!text.contains('<'), "{text}");
        assert_eq!(unmarked::<String>(&text), Ok("<b>é".to_owned()));
        assert_eq!(unmarked::<String>(&marked(Err(failure.clone()))), Err(failure));
        assert_eq!(unmarked::<String>(&marked(Ok("an answer of another build".to_owned()))), Err(Failure::Unreachable));
        assert_eq!(unmarked::<String>(""), Err(Failure::Unreachable));
    }
}
