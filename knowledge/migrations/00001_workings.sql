-- +goose Up
-- What people are typing and have not saved: one working copy a person and thing.
create table knowledge_workings (
	person text not null,
	thing text not null,
	base bigint not null,    -- version of the thing that it was made from; 0 for one not there yet
	title text not null,     -- to list it by
	draft text not null,     -- Draft as JSON
	updated bigint not null, -- microseconds since 1970 UTC
	primary key (person, thing)
);
create index knowledge_workings_age on knowledge_workings (updated);
