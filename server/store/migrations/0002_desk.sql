-- What the merchant's desk keeps beside the payments. A release that knows only 0001 still runs on this: what it does not write has a default.

-- Who did what at the desk: append-only. `environment` is empty for what belongs to the account itself.
CREATE TABLE audit_log (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT,
  detail TEXT, ip TEXT, request_id TEXT,
  CONSTRAINT audit_log__id PRIMARY KEY (id)
);
CREATE INDEX audit_log_at ON audit_log (account, at, id);

-- By which processes on one PostgreSQL tell each other that something of an account changed. Nothing counts these versions.
CREATE TABLE account_changes (
  account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL,
  CONSTRAINT account_changes__environment PRIMARY KEY (account, environment)
);

-- Home: what the daily totals don't say, of the hours between an account's midnights and UTC's, and what waits for somebody. Both are read
-- without looking at a row.
CREATE INDEX payment_intents_figures ON payment_intents (account, environment, created, currency, shown, amount);
CREATE INDEX payment_intents_needs ON payment_intents (account, environment, shown, currency, shown_at, created, amount)
  WHERE shown IN ('capture_failed', 'disputed', 'fraud_alert', 'partly_paid', 'to_validate');
CREATE INDEX audit_log_actor ON audit_log (account, actor, at, id);
CREATE INDEX audit_log_action ON audit_log (account, action, at, id);

-- People: who was here when, and who is asked to come. Of an invitation's token only the hash is kept.
ALTER TABLE members ADD COLUMN last_seen BIGINT;
CREATE TABLE invitations (
  id TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts (id), version BIGINT NOT NULL, created BIGINT NOT NULL, email TEXT NOT NULL,
  role TEXT NOT NULL, token_hash TEXT NOT NULL, invited_by TEXT NOT NULL REFERENCES users (id), expires BIGINT NOT NULL,
  accepted BIGINT, accepted_by TEXT REFERENCES users (id), withdrawn BIGINT,
  CONSTRAINT invitations__id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX invitations__token_hash ON invitations (token_hash);
CREATE INDEX invitations_of_account ON invitations (account, created, id);

-- API keys: until when a rolled key still works, and the key that takes its place.
ALTER TABLE api_keys ADD COLUMN expires BIGINT;
ALTER TABLE api_keys ADD COLUMN successor TEXT;

-- Payment links are a few among many orders: listed without walking through the others.
CREATE INDEX payment_intents_origin ON payment_intents (account, environment, origin, created, id);

-- Notes that people write about a payment. Times are business time, as in the timeline they stand in.
CREATE TABLE notes (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, intent TEXT NOT NULL,
  author TEXT NOT NULL, body TEXT NOT NULL, edited BIGINT,
  CONSTRAINT notes__id PRIMARY KEY (id)
);
CREATE INDEX notes_of_intent ON notes (account, environment, intent, created, id);

-- API requests that asked to change something, card data masked, kept 30 days. `at` is real time.
CREATE TABLE api_requests (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, status BIGINT NOT NULL, duration BIGINT NOT NULL, error TEXT, intent TEXT, objects TEXT NOT NULL, idempotency_key TEXT,
  request TEXT, answer TEXT,
  CONSTRAINT api_requests__id PRIMARY KEY (account, environment, id)
);
CREATE INDEX api_requests_of_intent ON api_requests (account, environment, intent, at, id);
CREATE INDEX api_requests_at ON api_requests (at);

-- What merchants bring from elsewhere: the rows as they were handed in, card numbers left out, and the payouts made there. An id belongs to
-- one object of one account.
CREATE TABLE imported_rows (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL, digest TEXT NOT NULL,
  source TEXT NOT NULL,
  CONSTRAINT imported_rows__id PRIMARY KEY (id)
);
CREATE TABLE payouts (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, origin TEXT NOT NULL,
  amount BIGINT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, reference TEXT, payments BIGINT NOT NULL, refunds BIGINT NOT NULL,
  disputes BIGINT NOT NULL, fees BIGINT NOT NULL, fees_vat BIGINT NOT NULL, date TEXT, date_bank BIGINT,
  CONSTRAINT payouts__id PRIMARY KEY (id)
);
CREATE INDEX payouts_created ON payouts (account, environment, created, id);
ALTER TABLE payments ADD COLUMN payout TEXT;
CREATE INDEX payments_payout ON payments (account, environment, payout, created, id) WHERE payout IS NOT NULL;
ALTER TABLE disputes ADD COLUMN payout TEXT;
ALTER TABLE disputes ADD COLUMN date_bank BIGINT;

-- The Payments list: its type, what it is filtered and sorted by, and what `name:` and `email:` find. Names with accents written before are
-- found by `name:` once their order changes; words without a field find them as before.
ALTER TABLE payment_intents ADD COLUMN kind TEXT NOT NULL DEFAULT 'payment';
UPDATE payment_intents SET kind = CASE WHEN purpose <> 'debit' THEN purpose WHEN origin = 'link' THEN 'link' ELSE 'deferred' END
  WHERE purpose <> 'debit' OR origin = 'link' OR date_settlement IS NOT NULL;
CREATE INDEX payment_intents_kind ON payment_intents (account, environment, kind, created, id);
CREATE INDEX payment_intents_currency ON payment_intents (account, environment, currency, created, id);
CREATE INDEX payment_intents_amount ON payment_intents (account, environment, amount, id, created);
INSERT INTO search_terms (account, environment, term, created, object)
  SELECT account, environment, substr('email:' || lower(payer_email), 1, 80), created, id FROM payment_intents WHERE payer_email IS NOT NULL;
INSERT INTO search_terms (account, environment, term, created, object)
  SELECT t.account, t.environment, 'name:' || t.term, t.created, t.object FROM search_terms t, payment_intents p
  WHERE p.id = t.object AND length(t.term) <= 75 AND lower(p.payer_name) LIKE '%' || t.term || '%';

-- Named views of lists, and what a person's lists show unless their address says otherwise.
CREATE TABLE views (
  id TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts (id), version BIGINT NOT NULL, created BIGINT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id), name TEXT NOT NULL, shared BIGINT NOT NULL CHECK (shared IN (0, 1)), query TEXT NOT NULL,
  CONSTRAINT views__id PRIMARY KEY (id)
);
CREATE INDEX views_of_account ON views (account, user_id);
CREATE TABLE list_defaults (
  account TEXT NOT NULL REFERENCES accounts (id), user_id TEXT NOT NULL REFERENCES users (id), list TEXT NOT NULL, columns TEXT NOT NULL,
  CONSTRAINT list_defaults__list PRIMARY KEY (account, user_id, list)
);

-- Which vault key this database belongs to, by a keyed hash of a constant: another key would know no API key, session or card.
CREATE TABLE vault_check (
  name TEXT NOT NULL, value TEXT NOT NULL,
  CONSTRAINT vault_check__name PRIMARY KEY (name)
);

-- Pages that people keep at hand in the side bar, in their order.
CREATE TABLE pins (
  account TEXT NOT NULL REFERENCES accounts (id), environment TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), place BIGINT NOT NULL,
  href TEXT NOT NULL, title TEXT NOT NULL,
  CONSTRAINT pins__place PRIMARY KEY (account, environment, user_id, place)
);
