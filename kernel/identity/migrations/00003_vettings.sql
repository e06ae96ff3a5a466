-- +goose Up
-- Every decision on what an organisation may post; the newest is the one that
-- identity_organisations.posting holds.
create table identity_vettings (
  id           text primary key,
  organisation text not null references identity_organisations (id) on delete cascade,
  posting      text not null,
  reason       text not null,
  decided_by   text not null,                -- a person's ID, or empty for the command line
  decided      bigint not null
);
create index identity_vettings_of on identity_vettings (organisation, id);
