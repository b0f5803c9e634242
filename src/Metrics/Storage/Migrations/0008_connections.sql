-- The connection a payload came through, by which way, and what is needed to read it again.
alter table ingest.batch
  add column connection  text not null default '',
  add column way         text not null default 'import',   -- import, pull, push, sweep, replay, identity
  add column headers     jsonb not null default '{}',
  add column written_at  timestamptz,
  add column replays     bigint references ingest.batch on delete cascade;
create index on ingest.batch (source, connection, started_at);

-- How long after its end a source's word is still good: until then the next delivery is not late.
alter table ingest.coverage add column grace interval not null default '0';

-- Where a connection stands. The cursor is committed with the data that it stands after.
create table ingest.connection (
  source         text not null,
  connection     text not null,
  "cursor"       text,
  heard_at       timestamptz,            -- the last delivery of a push
  started_at     timestamptz,            -- the last pull, and its end:
  succeeded_at   timestamptz,
  failed_at      timestamptz,
  error          text,
  is_terminal    boolean not null default false,
  failures       integer not null default 0,   -- since the last success
  retry_at       timestamptz,
  swept_at       timestamptz,
  primary key (source, connection)
);

-- Events that have been written, so that one that comes again is not written again.
create table ingest.event (
  source       text not null,
  connection   text not null,
  event        text not null,
  batch        bigint not null,
  received_at  timestamptz not null,
  primary key (source, connection, event)
);
create index on ingest.event (received_at);

-- Every firing of a schedule, claimed by whoever inserts it first: several instances, one run.
create table public.job_run (
  job            text not null,
  scheduled_for  timestamptz not null,
  claimed_at     timestamptz not null,
  primary key (job, scheduled_for)
);
