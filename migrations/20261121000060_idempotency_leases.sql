-- Until when a request that is being answered holds its key; null once it is answered. Whoever dies while holding one
-- does not renew it.
alter table idempotency_keys add column leased_until timestamptz;
