-- +goose Up

-- One row: who this node is, and the version of all its views together.
create table journal_node (
    one     bigint not null primary key check (one = 1),
    id      text   not null,
    created bigint not null,
    views   text   not null
);

-- The facts. Rows are never updated and never deleted.
create table journal_facts (
    seq       bigint not null primary key,
    public    bigint unique, -- place among the public facts; null for the others
    node      text   not null,
    thing     text   not null,
    version   bigint not null,
    kind      text   not null,
    audience  text   not null,
    actor     text   not null,
    happened  bigint not null,
    recorded  bigint not null,
    payload   text   not null,
    body_hash bytea, -- SHA-256 of salt and body
    unique (thing, version)
);

-- Free text that can be erased, and the salt without which its hash says nothing.
create table journal_bodies (
    seq  bigint not null primary key references journal_facts (seq),
    salt bytea  not null,
    body bytea  not null
);

create table journal_things (
    thing   text   not null primary key,
    version bigint not null
);

-- How far each reactor has come, and who runs it now.
create table journal_cursors (
    name text   not null primary key,
    seq  bigint not null
);
create table journal_leases (
    name   text   not null primary key,
    holder text   not null,
    until  bigint not null
);

-- Which version of which view the tables hold.
create table journal_views (
    name    text   not null primary key,
    version bigint not null,
    hash    text   not null,
    tables  text   not null -- names, separated by spaces
);
