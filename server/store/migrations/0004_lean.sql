-- Indexes that no question is answered by. Calls to the acquirer are found by their ids, orders by their payments; each of these was written again
-- whenever a payment moved on.
DROP INDEX operations_state;
DROP INDEX operations_payment;
DROP INDEX payment_intents_holder;
