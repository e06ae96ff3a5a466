-- +goose Up
create table identity_factors (
  person    text primary key references identity_people (id) on delete cascade,
  sealed    text not null,                   -- the TOTP secret, sealed with the node's key
  step      bigint not null default 0,       -- of the last code used; it and those before are used up
  created   bigint not null,
  confirmed bigint not null default 0        -- when a first code was shown; 0: not in force yet
);
create table identity_recovery_codes (
  person text not null references identity_people (id) on delete cascade,
  hash   text not null,
  primary key (person, hash)
);
-- When the second factor was shown in the session; 0: not.
alter table identity_sessions add column strong bigint not null default 0;
