create extension if not exists btree_gist;

create schema fact;
create schema ingest;
create schema catalog;
create schema kpi;
create schema analyst;

-- One row per payload that arrived. A payload is landed first and committed; its records follow in one transaction.
create table ingest.batch (
  batch          bigint generated always as identity primary key,
  source         text not null,
  name           text not null,
  mode           text not null,
  sha256         text not null,
  state          text not null check (state in ('landed', 'committed', 'failed')),
  started_at     timestamptz not null,
  committed_at   timestamptz,
  committed_xid  xid8,
  rows_new       bigint not null default 0,
  rows_changed   bigint not null default 0,
  rows_same      bigint not null default 0,
  rows_rejected  bigint not null default 0,
  first_at       timestamptz,
  last_at        timestamptz,
  error          text
);

-- The payload as it may be stored, in pieces; or its path where it is too large to keep twice.
create table ingest.landed (
  batch       bigint not null references ingest.batch on delete cascade,
  seq         integer not null,
  sha256      text not null,
  body        bytea,
  path        text,
  expires_on  date,
  primary key (batch, seq)
);

create table ingest.rejected (
  rejected  bigint generated always as identity primary key,
  batch     bigint not null references ingest.batch on delete cascade,
  place     text not null,
  payload   text not null,
  reason    text not null
);
create index on ingest.rejected (batch);

-- The time a source vouches for. Only covered time may read 0.
create table ingest.coverage (
  fact        text not null,
  source      text not null,
  connection  text not null,
  covered     tstzmultirange not null,
  primary key (fact, source, connection)
);

create table ingest.secret (
  name   text primary key,
  value  bytea not null
);

-- The old version of every changed row.
create table fact.history (
  fact        text not null,
  key         jsonb not null,
  "row"       jsonb not null,
  batch_from  bigint not null,
  batch_to    bigint not null
);
create index on fact.history (fact, key);

-- What each attempt did to each dataset, whether it said so itself or its run and pipeline imply it.
create table fact.effective_output (
  source        text not null,
  connection    text not null,
  pipeline      text not null,
  run_id        text not null,
  attempt       integer,
  dataset       text not null,
  state         text,
  ended_at      timestamptz,
  rows_written  bigint,
  batch         bigint not null
);
create index effective_output_attempt on fact.effective_output (source, connection, pipeline, run_id, attempt);
create index effective_output_success on fact.effective_output (dataset, ended_at) where state = 'success';
