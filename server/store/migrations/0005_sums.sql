-- Daily totals by currency and label first: what is asked for is the sum of each over a period, which is one stretch of the key then. What writers
-- to PostgreSQL had spread over slots is joined.
ALTER TABLE totals RENAME TO totals_by_day;
CREATE TABLE totals (
  account TEXT NOT NULL, environment TEXT NOT NULL, currency TEXT NOT NULL, shown TEXT NOT NULL, day BIGINT NOT NULL, slot BIGINT NOT NULL,
  count BIGINT NOT NULL, amount BIGINT NOT NULL,
  CONSTRAINT totals__currency__shown__day__slot PRIMARY KEY (account, environment, currency, shown, day, slot)
) WITHOUT ROWID;
INSERT INTO totals (account, environment, currency, shown, day, slot, count, amount)
  SELECT account, environment, currency, shown, day, 0, CAST(SUM(count) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM totals_by_day
  GROUP BY account, environment, currency, shown, day HAVING SUM(count) <> 0 OR SUM(amount) <> 0;
DROP TABLE totals_by_day;
