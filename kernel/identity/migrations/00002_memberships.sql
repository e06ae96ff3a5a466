-- +goose Up
-- The countries of a coordinator, separated by commas; empty with other roles.
alter table identity_memberships add column countries text not null default '';
-- Who gave the role: a person's ID, or empty for set-up and the command line.
alter table identity_memberships add column granted_by text not null default '';
