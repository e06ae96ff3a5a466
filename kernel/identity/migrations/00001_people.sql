-- +goose Up
create table identity_organisations (
  id            text primary key,
  name          text not null,               -- as it calls itself; empty until set-up
  lang          text not null,               -- of name
  country       text not null,
  operates_node boolean not null,
  posting       text not null default 'unverified',
  created       bigint not null,
  deactivated   bigint not null default 0
);
create unique index identity_operator on identity_organisations (operates_node) where operates_node;

-- Names in further languages.
create table identity_organisation_names (
  organisation text not null references identity_organisations (id) on delete cascade,
  lang         text not null,
  name         text not null,
  primary key (organisation, lang)
);

create table identity_people (
  id          text primary key,
  name        text not null,
  email       text not null unique,          -- normalised
  lang        text not null,
  password    text not null default '',      -- PHC string; empty: no sign-in by password
  created     bigint not null,
  deactivated bigint not null default 0
);

create table identity_memberships (
  person       text not null references identity_people (id) on delete cascade,
  organisation text not null references identity_organisations (id) on delete cascade,
  role         text not null,
  since        bigint not null,
  primary key (person, organisation, role)
);
create index identity_members on identity_memberships (organisation);

-- Of every secret only its SHA-256 is kept.
create table identity_sessions (
  hash         text primary key,
  id           text not null unique,
  person       text not null references identity_people (id) on delete cascade,
  organisation text not null,                -- acted for; may be empty
  agent        text not null,                -- family of the browser
  created      bigint not null,
  seen         bigint not null,
  expires      bigint not null
);
create index identity_sessions_of on identity_sessions (person);

create table identity_tokens (
  hash         text primary key,
  id           text not null unique,
  person       text not null references identity_people (id) on delete cascade,
  organisation text not null references identity_organisations (id) on delete cascade,
  name         text not null,
  scopes       text not null,                -- verbs separated by commas
  created      bigint not null,
  expires      bigint not null
);
create index identity_tokens_of on identity_tokens (person);

create table identity_links (
  hash    text primary key,
  purpose text not null,
  created bigint not null,
  expires bigint not null,
  used    bigint not null default 0
);
