-- What the merchant's desk keeps beside the payments. A release that knows only 0001 still runs on this: what it does not write has a default.

-- Who did what at the desk: append-only. `environment` is empty for what belongs to the account itself.
CREATE TABLE audit_log (
  id TEXT NOT NULL, account TEXT NOT NULL, environment TEXT, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT,
  detail TEXT, ip TEXT, request_id TEXT,
  CONSTRAINT audit_log__id PRIMARY KEY (id)
);
CREATE INDEX audit_log_at ON audit_log (account, at, id);
