-- +goose Up
-- The key that signs the addresses for stopping mail; one row, the same for
-- every replica.
create table notify_keys (
  id     bigint primary key,
  secret bytea not null
);

create table notify_hooks (
  id      text primary key,
  person  text not null,
  url     text not null,
  secret  bytea not null,                    -- needed as it is, to sign with
  created bigint not null,
  stopped bigint not null default 0          -- when the receiver said that it is gone
);
create index notify_hooks_of on notify_hooks (person);

create table notify_follows (
  id      text primary key,
  person  text not null,
  name    text not null,                     -- the person's own; may be empty
  query   text not null,                     -- canonical, so that one person follows it once
  words   text not null,
  lang    text not null,                     -- of the words
  dims    bigint not null,                   -- how many dimensions are filtered
  site    boolean not null,
  mail    text not null,                     -- once, daily, weekly or empty
  hook    text not null,                     -- or empty
  created bigint not null,
  unique (person, query)
);
create index notify_follows_unfiltered on notify_follows (id) where dims = 0;

create table notify_filters (
  follow text not null references notify_follows (id) on delete cascade,
  tag    text not null,                      -- dimension=value
  primary key (tag, follow)
);
create index notify_filters_of on notify_filters (follow);

create table notify_notices (
  id      text primary key,
  person  text not null,
  key     text not null,                     -- natural: the same notice is made once
  room    text not null,                     -- of the thing, or empty
  thing   text not null,                     -- or empty
  owner   text not null,                     -- of the thing
  words   text not null,                     -- message key, when there is no thing
  args    text not null,                     -- JSON
  link    text not null,
  created bigint not null,
  seen    bigint not null default 0,
  unique (person, key)
);
create index notify_notices_unseen on notify_notices (person) where seen = 0;

-- What waits for the next mail to a person.
create table notify_items (
  person   text not null,
  key      text not null,
  room     text not null,
  thing    text not null,
  owner    text not null,
  follows  text not null,                    -- JSON list of IDs
  happened bigint not null,
  due      bigint not null,
  letter   text not null default '',         -- the row of the outbox that takes it along
  primary key (person, key)
);
create index notify_items_due on notify_items (due) where letter = '';
create index notify_items_of on notify_items (letter);

create table notify_outbox (
  id       text primary key,
  key      text not null unique,             -- natural: the same act is done once
  channel  text not null,                    -- mail or hook
  what     text not null,                    -- digest, letter, or the kind of the fact
  person   text not null,                    -- or empty
  address  text not null,                    -- of who has no account; emptied once sent
  lang     text not null,                    -- for the address
  words    text not null,                    -- message key of a letter
  args     text not null,                    -- JSON; emptied once sent
  link     text not null,                    -- emptied once sent
  hook     text not null,
  room     text not null,
  thing    text not null,
  owner    text not null,
  follows  text not null,                    -- JSON list of IDs
  state    text not null default 'waiting',  -- waiting, sent, failed, dropped
  attempts bigint not null default 0,
  due      bigint not null,                  -- not before
  expires  bigint not null,                  -- then it counts as failed
  leased   bigint not null default 0,        -- until, by the clock of the database
  holder   text not null default '',
  trouble  text not null default '',         -- for operators
  created  bigint not null,
  done     bigint not null default 0
);
create index notify_outbox_waiting on notify_outbox (channel, due) where state = 'waiting';
