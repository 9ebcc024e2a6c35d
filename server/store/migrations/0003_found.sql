-- The Payments list: the country of the card, beside its scheme and last digits, for `country:`. Orders made before are found by it as well; their
-- own column fills when they change.
ALTER TABLE payment_intents ADD COLUMN country TEXT;
INSERT INTO search_terms (account, environment, term, created, object)
  SELECT p.account, p.environment, 'country:' || lower(c.country), p.created, p.id FROM payment_intents p
  JOIN payments t ON t.id = p.payment JOIN cards c ON c.id = t.card WHERE c.country IS NOT NULL;

-- Home: what waits for somebody, without what was imported, which waits for nobody here. Still read without looking at a row.
DROP INDEX payment_intents_needs;
CREATE INDEX payment_intents_needs ON payment_intents (account, environment, shown, currency, shown_at, created, amount, origin)
  WHERE shown IN ('capture_failed', 'disputed', 'fraud_alert', 'partly_paid', 'to_validate');
