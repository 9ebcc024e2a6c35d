-- One text for SQLite and PostgreSQL: TEXT and BIGINT only (on PostgreSQL every TEXT gets COLLATE "C", so both sort by bytes).
-- Times are unix milliseconds, amounts minor units, truth values 0 or 1, JSON is text.
-- A unique key's name is table__column__column without account and environment: errors are named after it on both engines.
-- Who works here is bound by foreign keys; what is paid is not, its writers are few and hot and move each row with its scope.

CREATE TABLE accounts (
  id TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, name TEXT NOT NULL, time_zone TEXT NOT NULL, currency TEXT NOT NULL,
  locale TEXT NOT NULL, brand_color TEXT NOT NULL, support_email TEXT, clock_offset BIGINT NOT NULL CHECK (clock_offset >= 0),
  CONSTRAINT accounts__id PRIMARY KEY (id)
);

CREATE TABLE shops (
  id TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts (id), version BIGINT NOT NULL, created BIGINT NOT NULL, name TEXT NOT NULL, url TEXT,
  CONSTRAINT shops__id PRIMARY KEY (id)
);
CREATE INDEX shops_of_account ON shops (account, created, id);

CREATE TABLE users (
  id TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, password_hash TEXT NOT NULL,
  locale TEXT NOT NULL,
  CONSTRAINT users__id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users__email ON users (email);

CREATE TABLE members (
  account TEXT NOT NULL REFERENCES accounts (id), user_id TEXT NOT NULL REFERENCES users (id), role TEXT NOT NULL, version BIGINT NOT NULL,
  created BIGINT NOT NULL,
  CONSTRAINT members__user_id PRIMARY KEY (account, user_id)
);
CREATE INDEX members_of_user ON members (user_id, account);

CREATE TABLE api_keys (
  id TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts (id), environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL,
  shop TEXT NOT NULL REFERENCES shops (id), kind TEXT NOT NULL CHECK (kind IN ('secret', 'public')), name TEXT NOT NULL, hash TEXT NOT NULL,
  hint TEXT NOT NULL, created_by TEXT, last_used BIGINT, revoked BIGINT,
  CONSTRAINT api_keys__id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX api_keys__hash ON api_keys (hash);
CREATE INDEX api_keys_of_account ON api_keys (account, environment, created, id);

CREATE TABLE sessions (
  token_hash TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), account TEXT NOT NULL REFERENCES accounts (id), environment TEXT NOT NULL,
  created BIGINT NOT NULL, last_seen BIGINT NOT NULL, ip TEXT, user_agent TEXT,
  CONSTRAINT sessions__token_hash PRIMARY KEY (token_hash)
);
CREATE INDEX sessions_of_user ON sessions (user_id);

CREATE TABLE sign_in_failures (
  email TEXT NOT NULL, address TEXT NOT NULL, failures BIGINT NOT NULL, since BIGINT NOT NULL, locked_until BIGINT NOT NULL,
  CONSTRAINT sign_in_failures__email__address PRIMARY KEY (email, address)
);
CREATE INDEX sign_in_failures_since ON sign_in_failures (since);

CREATE TABLE customers (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, name TEXT, email TEXT,
  mobile TEXT, date_birth TEXT, legal_id TEXT, country TEXT, external_id TEXT, fingerprint TEXT NOT NULL, deleted BIGINT,
  CONSTRAINT customers__id PRIMARY KEY (id)
);
CREATE INDEX customers_created ON customers (account, environment, created, id);
CREATE INDEX customers_fingerprint ON customers (account, environment, fingerprint);
CREATE INDEX customers_email ON customers (account, environment, email, created, id) WHERE email IS NOT NULL;
CREATE INDEX customers_external_id ON customers (account, environment, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE cards (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, customer TEXT,
  brand TEXT NOT NULL, last4 TEXT NOT NULL, exp_month BIGINT NOT NULL CHECK (exp_month BETWEEN 1 AND 12), exp_year BIGINT NOT NULL, name TEXT,
  zip_code TEXT, external_id TEXT, country TEXT, funding TEXT, nature TEXT, network TEXT, preferred_network TEXT,
  tokenize BIGINT NOT NULL CHECK (tokenize IN (0, 1)), fingerprint TEXT NOT NULL, sealed TEXT, deleted BIGINT,
  CONSTRAINT cards__id PRIMARY KEY (id)
);
CREATE INDEX cards_created ON cards (account, environment, created, id);
CREATE INDEX cards_customer ON cards (account, environment, customer, created, id) WHERE customer IS NOT NULL;
CREATE INDEX cards_fingerprint ON cards (account, environment, fingerprint, created, id);
CREATE INDEX cards_external_id ON cards (account, environment, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE payment_intents (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, shop TEXT NOT NULL,
  created_by TEXT NOT NULL, origin TEXT NOT NULL, implicit BIGINT NOT NULL CHECK (implicit IN (0, 1)), purpose TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL, amount_due BIGINT NOT NULL CHECK (amount_due >= 0 AND amount_due <= amount),
  manual_validation BIGINT NOT NULL CHECK (manual_validation IN (0, 1)), threeds TEXT NOT NULL, description TEXT, order_id TEXT, unique_id TEXT,
  customer TEXT, card TEXT, methods_allowed TEXT NOT NULL, metadata TEXT, return_url TEXT, date_settlement TEXT, expires_at BIGINT NOT NULL,
  status TEXT NOT NULL, order_status TEXT NOT NULL, order_cycle TEXT NOT NULL, shown TEXT NOT NULL, shown_at BIGINT, payment TEXT, holder TEXT,
  tries BIGINT NOT NULL CHECK (tries >= 0), authorised BIGINT NOT NULL CHECK (authorised >= 0), captured BIGINT NOT NULL CHECK (captured >= 0),
  refunded BIGINT NOT NULL CHECK (refunded >= 0 AND refunded <= captured), payer_name TEXT, payer_email TEXT, method TEXT, brand TEXT, last4 TEXT,
  response TEXT, cancelled BIGINT, fixed BIGINT,
  CONSTRAINT payment_intents__id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX payment_intents__unique_id ON payment_intents (account, environment, unique_id) WHERE unique_id IS NOT NULL;
CREATE INDEX payment_intents_created ON payment_intents (account, environment, created, id);
CREATE INDEX payment_intents_shown ON payment_intents (account, environment, shown, created, id);
CREATE INDEX payment_intents_shop ON payment_intents (account, environment, shop, created, id);
CREATE INDEX payment_intents_created_by ON payment_intents (account, environment, created_by, created, id);
CREATE INDEX payment_intents_method ON payment_intents (account, environment, method, created, id) WHERE method IS NOT NULL;
CREATE INDEX payment_intents_customer ON payment_intents (account, environment, customer, created, id) WHERE customer IS NOT NULL;
CREATE INDEX payment_intents_card ON payment_intents (account, environment, card, created, id) WHERE card IS NOT NULL;
CREATE INDEX payment_intents_order_id ON payment_intents (account, environment, order_id, created, id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_intents_holder ON payment_intents (account, environment, holder) WHERE holder IS NOT NULL;

CREATE TABLE payments (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, intent TEXT NOT NULL,
  shop TEXT NOT NULL, created_by TEXT NOT NULL, origin TEXT NOT NULL, placeholder BIGINT NOT NULL CHECK (placeholder IN (0, 1)),
  purpose TEXT NOT NULL, method TEXT, card TEXT, customer TEXT, amount BIGINT NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL,
  authorised_amount BIGINT NOT NULL CHECK (authorised_amount >= 0),
  captured_amount BIGINT NOT NULL CHECK (captured_amount >= 0 AND captured_amount <= authorised_amount),
  refunded_amount BIGINT NOT NULL CHECK (refunded_amount >= 0 AND refunded_amount <= captured_amount),
  disputed_amount BIGINT NOT NULL CHECK (disputed_amount >= 0 AND disputed_amount <= captured_amount), fee BIGINT NOT NULL CHECK (fee >= 0),
  state TEXT NOT NULL, ended_because TEXT, held_until BIGINT, cancel_requested BIGINT NOT NULL CHECK (cancel_requested IN (0, 1)),
  open_operation TEXT, auth TEXT, auth_operation TEXT, auth_until BIGINT, auth_return_url TEXT, authorisation TEXT, authorisation_code TEXT,
  authorised_at BIGINT, authorised_until BIGINT, network_reference TEXT, response TEXT, response_author TEXT,
  manual_validation BIGINT NOT NULL CHECK (manual_validation IN (0, 1)), date_settlement TEXT, capture_date BIGINT, retry_at BIGINT, remitted_at BIGINT,
  captured_at BIGINT, dispute_at BIGINT, available_at BIGINT, available BIGINT NOT NULL CHECK (available IN (0, 1)), description TEXT, order_id TEXT, unique_id TEXT, methods_allowed TEXT, return_url TEXT, device TEXT,
  CONSTRAINT payments__id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX payments__unique_id ON payments (account, environment, unique_id) WHERE unique_id IS NOT NULL;
CREATE INDEX payments_created ON payments (account, environment, created, id);
CREATE INDEX payments_intent ON payments (account, environment, intent, created, id);
CREATE INDEX payments_card ON payments (account, environment, card, created, id) WHERE card IS NOT NULL;
CREATE INDEX payments_customer ON payments (account, environment, customer, created, id) WHERE customer IS NOT NULL;
CREATE INDEX payments_order_id ON payments (account, environment, order_id, created, id) WHERE order_id IS NOT NULL;

CREATE TABLE operations (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, payment TEXT NOT NULL,
  refund TEXT, kind TEXT NOT NULL, amount BIGINT NOT NULL CHECK (amount >= 0), about TEXT, follow TEXT, state TEXT NOT NULL, answered BIGINT, response TEXT,
  asked BIGINT NOT NULL CHECK (asked >= 0),
  CONSTRAINT operations__id PRIMARY KEY (id)
);
CREATE INDEX operations_payment ON operations (account, environment, payment, created, id);
CREATE INDEX operations_state ON operations (account, environment, state, created, id);

CREATE TABLE refunds (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, payment TEXT NOT NULL,
  intent TEXT NOT NULL, amount BIGINT NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, unique_id TEXT,
  created_by TEXT NOT NULL, date_refund BIGINT, date_bank BIGINT, payout TEXT, open_operation TEXT,
  CONSTRAINT refunds__id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX refunds__unique_id ON refunds (account, environment, unique_id) WHERE unique_id IS NOT NULL;
CREATE INDEX refunds_created ON refunds (account, environment, created, id);
CREATE INDEX refunds_payment ON refunds (account, environment, payment, created, id);
CREATE INDEX refunds_intent ON refunds (account, environment, intent, created, id);

CREATE TABLE disputes (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL, created BIGINT NOT NULL, payment TEXT NOT NULL,
  intent TEXT NOT NULL, amount BIGINT NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL, fee BIGINT NOT NULL CHECK (fee >= 0),
  status TEXT NOT NULL, response TEXT NOT NULL, kind TEXT NOT NULL, answer_by BIGINT NOT NULL,
  CONSTRAINT disputes__id PRIMARY KEY (id)
);
CREATE INDEX disputes_created ON disputes (account, environment, created, id);
CREATE INDEX disputes_answer_by ON disputes (account, environment, answer_by, id);
CREATE INDEX disputes_payment ON disputes (account, environment, payment, created, id);
CREATE INDEX disputes_intent ON disputes (account, environment, intent, created, id);

CREATE TABLE events (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, object TEXT NOT NULL, intent TEXT, version BIGINT NOT NULL,
  kind TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, cause TEXT, request_id TEXT, state TEXT NOT NULL,
  CONSTRAINT events__id PRIMARY KEY (id)
);
CREATE INDEX events_at ON events (account, environment, at, id);
CREATE INDEX events_kind ON events (account, environment, kind, at, id);
CREATE INDEX events_object ON events (account, environment, object, version);
CREATE INDEX events_intent ON events (account, environment, intent, at, id) WHERE intent IS NOT NULL;

CREATE TABLE postings (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT NOT NULL, event TEXT NOT NULL, at BIGINT NOT NULL, ledger_account TEXT NOT NULL,
  currency TEXT NOT NULL, amount BIGINT NOT NULL, payment TEXT, refund TEXT,
  CONSTRAINT postings__id PRIMARY KEY (id)
);
CREATE INDEX postings_ledger_account ON postings (account, environment, ledger_account, at, id);
CREATE INDEX postings_event ON postings (event);
CREATE INDEX postings_payment ON postings (account, environment, payment) WHERE payment IS NOT NULL;

-- Σ of the postings. On PostgreSQL spread over slots, for captures of one account not to wait for each other.
CREATE TABLE balances (
  account TEXT NOT NULL, environment TEXT NOT NULL, currency TEXT NOT NULL, ledger_account TEXT NOT NULL, slot BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  CONSTRAINT balances__currency__ledger_account__slot PRIMARY KEY (account, environment, currency, ledger_account, slot)
);

-- What the Payments list counts and sums; `day` is days since 1970 in UTC. A slot alone may be negative, their sum never is.
CREATE TABLE totals (
  account TEXT NOT NULL, environment TEXT NOT NULL, day BIGINT NOT NULL, currency TEXT NOT NULL, shown TEXT NOT NULL, slot BIGINT NOT NULL,
  count BIGINT NOT NULL, amount BIGINT NOT NULL,
  CONSTRAINT totals__day__currency__shown__slot PRIMARY KEY (account, environment, day, currency, shown, slot)
);

CREATE TABLE search_terms (
  account TEXT NOT NULL, environment TEXT NOT NULL, term TEXT NOT NULL, created BIGINT NOT NULL, object TEXT NOT NULL,
  CONSTRAINT search_terms__term__created__object PRIMARY KEY (account, environment, term, created, object)
);
CREATE INDEX search_terms_object ON search_terms (object, term);

CREATE TABLE idempotency_keys (
  account TEXT NOT NULL, environment TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL, created BIGINT NOT NULL, status BIGINT, body TEXT, object TEXT,
  CONSTRAINT idempotency_keys__method__path__idempotency_key PRIMARY KEY (account, environment, method, path, idempotency_key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created);

CREATE TABLE jobs (
  account TEXT NOT NULL, environment TEXT NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL, due BIGINT NOT NULL, run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL CHECK (attempts >= 0), leased_until BIGINT NOT NULL, lease TEXT, last_error TEXT,
  CONSTRAINT jobs__kind__object PRIMARY KEY (account, environment, kind, object)
);
CREATE INDEX jobs_run_at ON jobs (run_at);
CREATE INDEX jobs_due ON jobs (account, environment, due);

-- What the simulated acquirer remembers of the calls it got.
CREATE TABLE acquirer_records (
  reference TEXT NOT NULL, record TEXT NOT NULL, created BIGINT NOT NULL,
  CONSTRAINT acquirer_records__reference PRIMARY KEY (reference)
);
