-- +goose Up
-- One row for each Idempotency-Key in use. name is a hash of whose it is, for
-- which operation, and the key; answer is sealed with the key, which is not kept.
create table once_claims (
	name text primary key,
	holder text not null,      -- which attempt is at work
	claimed bigint not null,   -- microseconds since 1970 UTC
	request text not null,     -- hash of what was sent; empty while at work
	answer bytea               -- null while at work
);
create index once_claims_age on once_claims (claimed);
