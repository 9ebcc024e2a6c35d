//! Notes: what people of the team write about a payment, for each other.
//!
//! Everybody who may do anything beyond reading payments may write: a note is for those who act on them, and a viewer acts on nothing. Only
//! its author changes or erases a note; a program has no opinion to write down.

use futures::FutureExt;
use model::error::{Code, Refused};
use model::id::{NoteId, PaymentIntentId, UserId};
use model::rights::{Right, Rights};
use store::Tx;
use store::rows::{Note, PaymentIntent};

use crate::caller::{Actor, Caller};
use crate::clock::Ids;
use crate::dossier::parse_id;
use crate::{Engine, audit, masking};

/// Characters.
pub const NOTE_MAX: usize = 2_000;

/// Whether these rights let somebody write notes.
pub(crate) fn may_write(rights: Rights) -> bool {
    rights.contains(Right::PaymentRead) && !Rights::none().with(Right::PaymentRead).covers(rights)
}

fn author(caller: &Caller) -> Result<UserId, Refused> {
    caller.needs(Right::PaymentRead)?;
    match caller.actor() {
        Actor::User(user) if may_write(caller.rights()) => Ok(user),
        _ => Err(Refused::new(Code::Forbidden, "Notes are written by people who may do more than look at payments")),
    }
}

/// Why a text can't be a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteProblem {
    Empty,
    /// More than [`NOTE_MAX`] characters.
    TooLong,
    /// It has control characters.
    NotText,
    /// It holds what may be a card's number, which must not be written down.
    CardNumber,
}

impl From<NoteProblem> for Refused {
    fn from(problem: NoteProblem) -> Self {
        let message = match problem {
            NoteProblem::Empty => return Self::missing("text"),
            NoteProblem::TooLong => "A note has at most 2,000 characters",
            NoteProblem::NotText => "A note is plain text, without control characters",
            NoteProblem::CardNumber => "A card’s number must not be written down: its last four digits will do",
        };
        Self::invalid("text", message)
    }
}

/// The text as it is kept.
///
/// # Errors
/// Why it can't be a note.
pub fn note_text(text: &str) -> Result<String, NoteProblem> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        Err(NoteProblem::Empty)
    } else if text.chars().count() > NOTE_MAX {
        Err(NoteProblem::TooLong)
    } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Err(NoteProblem::NotText)
    } else if masking::types_card_number(text) {
        Err(NoteProblem::CardNumber)
    } else {
        Ok(text.to_owned())
    }
}

/// The text of a refused note as its writer may be shown it again: without the card's number that must not be written down.
pub fn note_again(text: &str) -> String {
    if masking::types_card_number(text) { masking::mask_text(text) } else { text.to_owned() }
}

impl Engine {
    /// The name of the next note: a form carries it, so that posted twice it writes one.
    pub fn next_note(&self) -> NoteId {
        Ids::new(self.seed()).mint()
    }

    /// Writes a note about an order under a name from [`Engine::next_note`]; under the same name again nothing happens.
    ///
    /// # Errors
    /// 403; 404 for no such order; 422 for a text that can't be a note, or holds a card's number.
    pub async fn write_note(&self, caller: &Caller, order: &str, id: &str, text: &str) -> Result<Note, Refused> {
        let author = author(caller)?;
        let intent: PaymentIntentId = parse_id(order)?;
        let id: NoteId = id.parse().map_err(|_| Refused::invalid("note", "This is no note"))?;
        let body = note_text(text)?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, body) = (start.clone(), body.clone());
            async move {
                let mut by = start.by();
                let scope = by.caller.scope;
                let known = store::get::<PaymentIntent>(tx, scope, intent).await?;
                known.ok_or_else(|| Refused::not_found::<PaymentIntentId>(&intent.to_string()))?;
                if let Some(written) = store::get::<Note>(tx, scope, id).await? {
                    let same = written.author == author && written.intent == intent;
                    return if same { Ok(written) } else { Err(Refused::of(Code::Conflict).into()) };
                }
                let note = Note {
                    id,
                    account: scope.account,
                    environment: scope.environment,
                    version: 1,
                    created: by.now,
                    intent,
                    author,
                    body,
                    edited: None,
                };
                store::insert(tx, &note).await?;
                audit::note(tx, &mut by, "note.written", Some(id.to_string()), Some(about(&note))).await?;
                Ok(note)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Replaces the text of a note of the caller's own.
    ///
    /// # Errors
    /// 403 for somebody else's; 404; 409 where it was changed since `version`; 422 as [`Engine::write_note`].
    pub async fn edit_note(&self, caller: &Caller, id: &str, version: i64, text: &str) -> Result<Note, Refused> {
        let author = author(caller)?;
        let id: NoteId = parse_id(id)?;
        let body = note_text(text)?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let (start, body) = (start.clone(), body.clone());
            async move {
                let mut by = start.by();
                let before = own(store::get(tx, by.caller.scope, id).await?, id, author)?;
                if before.body == body {
                    return Ok(before);
                }
                if before.version != version {
                    return Err(Refused::of(Code::Conflict).into());
                }
                let after = Note { version: before.version + 1, body, edited: Some(by.now), ..before.clone() };
                store::update(tx, &before, &after).await?;
                audit::note(tx, &mut by, "note.edited", Some(id.to_string()), Some(about(&after))).await?;
                Ok(after)
            }
            .boxed()
        });
        self.commit(command).await
    }

    /// Erases a note of the caller's own; one that is gone already is as wanted.
    ///
    /// # Errors
    /// 403 for somebody else's.
    pub async fn erase_note(&self, caller: &Caller, id: &str) -> Result<(), Refused> {
        let author = author(caller)?;
        let id: NoteId = parse_id(id)?;
        let start = self.start(caller).await?;
        let command = store::command(move |tx: &mut Tx| {
            let start = start.clone();
            async move {
                let mut by = start.by();
                let scope = by.caller.scope;
                let Some(note) = store::get::<Note>(tx, scope, id).await? else { return Ok(()) };
                let note = own(Some(note), id, author)?;
                if store::notes::erase(tx, scope, id).await? {
                    audit::note(tx, &mut by, "note.erased", Some(id.to_string()), Some(about(&note))).await?;
                }
                Ok(())
            }
            .boxed()
        });
        self.commit(command).await
    }
}

fn own(note: Option<Note>, id: NoteId, author: UserId) -> Result<Note, Refused> {
    let note = note.ok_or_else(|| Refused::not_found::<NoteId>(&id.to_string()))?;
    if note.author == author { Ok(note) } else { Err(Refused::new(Code::Forbidden, "Only who wrote a note changes it")) }
}

/// The audit log tells that somebody wrote, and about what: not the text, which may be erased.
fn about(note: &Note) -> serde_json::Value {
    serde_json::json!({ "payment_intent": note.intent })
}
