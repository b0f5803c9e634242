-- A batch that takes another one back: of every record that one wrote, what was delivered before counts again.
alter table ingest.batch add column reverts bigint unique references ingest.batch on delete cascade;
create index on ingest.batch (replays) where replays is not null;

-- Taken back itself, or a replay of one that was.
create function ingest.is_reverted(asked bigint) returns boolean language sql stable as $$
  select exists (select from ingest.batch b join ingest.batch r on r.reverts in (b.batch, b.replays) where b.batch = asked)
$$;

-- The versions of a record in the order in which they were replaced; batches are not written in the order of their numbers.
alter table fact.history add column place bigint generated always as identity;

-- What each batch vouches for, so that taking it back takes back its word too. No batch: what was said before this was kept, and
-- what a source says without delivering a record.
create table ingest.vouched (
  fact        text not null,
  source      text not null,
  connection  text not null,
  batch       bigint references ingest.batch on delete cascade,
  covered     tstzmultirange not null,
  unique nulls not distinct (fact, source, connection, batch)
);
create index on ingest.vouched (batch);
insert into ingest.vouched (fact, source, connection, covered) select fact, source, connection, covered from ingest.coverage;

-- The former versions of what is replaced or taken out, each with the batch that it came from.
create table catalog.assertion_history (like catalog.assertion, place bigint generated always as identity);
create index on catalog.assertion_history (entity, id, source, connection);
create table ingest.fragment_history (like ingest.fragment, place bigint generated always as identity);
create index on ingest.fragment_history (source, connection, entity, name);

create function catalog.keep_assertion() returns trigger language plpgsql as $$
begin
  insert into catalog.assertion_history select (old).*;
  return null;
end $$;
create trigger keep_former after update or delete on catalog.assertion for each row execute function catalog.keep_assertion();

create function ingest.keep_fragment() returns trigger language plpgsql as $$
begin
  insert into ingest.fragment_history select (old).*;
  return null;
end $$;
create trigger keep_former after update or delete on ingest.fragment for each row execute function ingest.keep_fragment();

-- A field of a record that somebody has put right. It holds whatever the source delivers later; original is what the source says.
create table ingest.correction (
  correction  bigint generated always as identity primary key,
  batch       bigint not null references ingest.batch,
  fact        text not null,
  key         jsonb not null,          -- as in fact.history: source, connection and the natural key
  field       text not null,
  value       jsonb,
  original    jsonb,
  reason      text not null check (reason <> ''),
  made_by     text not null,
  made_at     timestamptz not null,
  ended_by    bigint references ingest.batch   -- the batch that took it back or put another in its place
);
create unique index correction_in_force on ingest.correction (fact, key, field) where ended_by is null;
create index on ingest.correction (batch);

-- How a document was printed, so that it can be read back as it was.
alter table scorecard.edition add column style jsonb;

-- The settings that values depend on, since when. Each change is in the audit log.
create table kpi.settings (
  since     timestamptz primary key,
  settings  jsonb not null
);
