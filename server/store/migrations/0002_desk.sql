-- What the merchant's desk keeps beside the payments. A release that knows only 0001 still runs on this: what it does not write has a default.

-- Who did what at the desk: append-only. `environment` is empty for what belongs to the account itself.
CREATE TABLE audit_log (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT,
  detail TEXT, ip TEXT, request_id TEXT,
  CONSTRAINT audit_log__id PRIMARY KEY (id)
);
CREATE INDEX audit_log_at ON audit_log (account, at, id);
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
