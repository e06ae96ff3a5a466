-- +goose Up
-- One-time links of all purposes: setup, invite, recover. Of the token only the
-- hash is kept; who and what it is for is here.
alter table identity_links add column id text not null default '';
alter table identity_links add column person text not null default '';       -- recover: whose account
alter table identity_links add column email text not null default '';        -- invite: normalised
alter table identity_links add column organisation text not null default ''; -- invite
alter table identity_links add column roles text not null default '';        -- invite: separated by commas
alter table identity_links add column countries text not null default '';    -- invite: of a coordinator
alter table identity_links add column made_by text not null default '';      -- a person's ID, or empty for the command line
create index identity_links_of on identity_links (purpose, organisation, email);
