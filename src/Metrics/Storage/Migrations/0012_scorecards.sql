create schema scorecard;
create schema audit;

-- What was done by whom. Each entry's hash covers the entry before it; nothing is ever changed or taken out.
create table audit.log (
  entry     bigint primary key,
  at        timestamptz not null,
  by        text not null check (by <> '' and by !~ '[\n\r]'),
  action    text not null check (action ~ '^[a-z_.]+$'),
  subject   text not null check (subject !~ '[\n\r]'),
  detail    jsonb not null,
  previous  bytea not null,
  hash      bytea not null
);

create function audit.hash(previous bytea, entry bigint, at timestamptz, by text, action text, subject text, detail jsonb)
returns bytea language sql immutable as $$
  select sha256(previous || convert_to(concat_ws(E'\n',
    entry, (extract(epoch from at) * 1000000)::bigint, by, action, subject, detail::text), 'UTF8'))
$$;

-- Whoever inserts gives at, by, action, subject and detail; the number and the hashes are not theirs to give.
create function audit.append() returns trigger language plpgsql as $$
declare last audit.log;
begin
  perform pg_advisory_xact_lock(7882826979823346435);
  select * into last from audit.log order by entry desc limit 1;
  new.entry := coalesce(last.entry, 0) + 1;
  new.previous := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  new.hash := audit.hash(new.previous, new.entry, new."at", new."by", new.action, new.subject, new.detail);
  return new;
end $$;
create trigger append before insert on audit.log for each row execute function audit.append();

create function audit.refuse() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only: % refused.', tg_table_schema, tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
create trigger keep before update or delete on audit.log for each row execute function audit.refuse();
create trigger keep_all before truncate on audit.log for each statement execute function audit.refuse();

-- A scorecard of a scope and period. draft: live figures; in_review: figures frozen at a data cut; published: immutable;
-- superseded: was published, and a later edition has been published since.
create table scorecard.edition (
  edition       bigint generated always as identity primary key,
  scope_kind    text not null check (scope_kind in ('platform', 'team', 'domain')),
  scope         text not null check ((scope = '') = (scope_kind = 'platform')),
  period        text not null,
  number        integer not null check (number > 0),
  state         text not null check (state in ('draft', 'in_review', 'published', 'superseded')),
  prepared_by   text not null,
  prepared_at   timestamptz not null,
  as_of         timestamptz,          -- the moment whose knowledge it shows
  cut           pg_snapshot,          -- the batches in it are those whose transactions this snapshot sees
  cut_batch     bigint,               -- the last of them
  approved_by   text,
  published_at  timestamptz,
  supersedes    bigint references scorecard.edition,
  reason        text,                 -- why there is an edition after the first
  settings      jsonb,                -- in force when it was frozen
  settings_hash text,
  pdf           bytea,
  pdf_sha256    text,                 -- lower-case hex
  unique (scope_kind, scope, period, number),
  check (number = 1 or reason is not null),
  check (state = 'draft' or (as_of is not null and cut is not null)),
  check (state in ('draft', 'in_review') or (approved_by is not null and published_at is not null and pdf is not null
    and pdf_sha256 = encode(sha256(pdf), 'hex')))
);
-- One at a time is being worked on, and one at a time is in force.
create unique index edition_open on scorecard.edition (scope_kind, scope, period) where state in ('draft', 'in_review');
create unique index edition_in_force on scorecard.edition (scope_kind, scope, period) where state = 'published';
create index on scorecard.edition (pdf_sha256);

-- The definitions as they were: the KPI file whole, and the organisation's targets of the day.
create table scorecard.definition (
  edition     bigint not null references scorecard.edition on delete cascade,
  kpi         text not null,
  hash        text not null,
  file        text not null,
  targets     jsonb not null,
  primary key (edition, kpi)
);

-- Every figure of the document. period is the bucket's; grouping names its dimensions and their values.
create table scorecard.value (
  edition      bigint not null references scorecard.edition on delete cascade,
  kpi          text not null,
  period       text not null,
  grouping     jsonb not null,        -- the dimensions that it is broken down by; {} is the total of the scope
  place        integer not null,      -- in the order of evaluation
  value        double precision,
  adjusted     double precision,      -- without what is waived; null where nothing is
  numerator    numeric,
  denominator  numeric,
  n            bigint not null,
  lower        double precision,
  upper        double precision,
  target       text,
  status       text not null,
  definition   text not null,
  figure       jsonb not null,        -- the rest of what the evaluator answered
  primary key (edition, kpi, period, grouping)
);

-- The daily sums behind the figures of the period, as they were.
create table scorecard.daily (
  edition  bigint not null references scorecard.edition on delete cascade,
  like kpi.daily,
  primary key (edition, kpi, day, cell)
);

-- The catalogue as it was, so that the records open with the tier, team and domain that they had.
create table scorecard.catalogue (
  edition  bigint not null references scorecard.edition on delete cascade,
  like catalog.version
);
create index on scorecard.catalogue (edition, entity);
create table scorecard.alias (
  edition  bigint not null references scorecard.edition on delete cascade,
  like catalog.alias
);

-- What else the document says, frozen with the figures: the records listed, mix shifts, restatements, actions.
create table scorecard.page (
  edition  bigint not null references scorecard.edition on delete cascade,
  name     text not null,
  content  jsonb not null,
  primary key (edition, name)
);

-- The manager's words on a theme. A later text replaces an earlier one, which is kept.
create table scorecard.commentary (
  commentary  bigint generated always as identity primary key,
  edition     bigint not null references scorecard.edition on delete cascade,
  theme       text not null,
  text        text not null,
  written_by  text not null,
  written_at  timestamptz not null
);
create index on scorecard.commentary (edition, theme);

-- What a published figure would be today, each time that it came out different. The last entry of a figure holds.
create table scorecard.restatement (
  restatement  bigint generated always as identity primary key,
  edition      bigint not null references scorecard.edition,
  kpi          text not null,
  grouping     jsonb not null,
  published    double precision,
  now          double precision,
  batch_from   bigint,                -- the first and last batches since the cut that changed it; null where none did
  batch_to     bigint,
  reasons      text[] not null,
  found_at     timestamptz not null
);
create index on scorecard.restatement (edition, kpi);

-- Up to where a KPI of an edition has been compared: nothing is looked at twice.
create table scorecard.compared (
  edition        bigint not null references scorecard.edition,
  kpi            text not null,
  seen           pg_snapshot not null,
  definition     text not null,
  settings_hash  text not null,
  compared_at    timestamptz not null,
  primary key (edition, kpi)
);

-- A period, KPI and scope that do not count against anybody, and who says so.
create table scorecard.waiver (
  waiver         bigint generated always as identity primary key,
  kpi            text not null,
  period         text not null,
  scope_kind     text not null check (scope_kind in ('dataset', 'team', 'incident')),
  scope          text not null check (scope <> ''),
  reason         text not null check (reason <> ''),
  requested_by   text not null,
  approved_by    text not null,
  added_at       timestamptz not null,
  expires_on     date not null,       -- from this day on it does not count
  revoked_at     timestamptz,
  revoked_by     text,
  revoke_reason  text
);

-- What a review decided. Open actions are carried from scorecard to scorecard until they are done.
create table scorecard.action (
  action      bigint generated always as identity primary key,
  edition     bigint references scorecard.edition,
  scope_kind  text not null check (scope_kind in ('platform', 'team', 'domain')),
  scope       text not null,
  kind        text not null check (kind in ('action', 'decision')),
  text        text not null check (text <> ''),
  owner       text,
  due_on      date,
  raised_by   text not null,
  raised_at   timestamptz not null,
  done_at     timestamptz,
  done_by     text,
  outcome     text,
  check (kind = 'decision' or (owner is not null and due_on is not null))
);

-- A published edition never changes, whoever asks: it may only be superseded.
create function scorecard.keep_edition() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state = 'draft' then return old; end if;
    raise exception 'Edition % is %: it cannot be deleted.', old.edition, old.state using errcode = 'restrict_violation';
  end if;
  if old.state in ('published', 'superseded') then
    if old.state = 'published' and new.state = 'superseded'
       and (to_jsonb(new) - 'state') = (to_jsonb(old) - 'state') then
      return new;
    end if;
    raise exception 'Edition % is published: it cannot be changed, only superseded by a later edition.', old.edition
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep before update or delete on scorecard.edition for each row execute function scorecard.keep_edition();

create function scorecard.keep_part() returns trigger language plpgsql as $$
declare
  part bigint := case when tg_op = 'INSERT' then new.edition else old.edition end;
begin
  if exists (select from scorecard.edition e where e.edition = part and e.state in ('published', 'superseded')) then
    raise exception 'Edition % is published: its % cannot be changed.', part, tg_table_name using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and new.edition <> old.edition then
    raise exception '% stays with edition %.', tg_table_name, old.edition using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

do $$
declare part text;
begin
  foreach part in array array['definition', 'value', 'daily', 'catalogue', 'alias', 'page', 'commentary'] loop
    execute format('create trigger keep before insert or update or delete on scorecard.%I '
      'for each row execute function scorecard.keep_part()', part);
  end loop;
  foreach part in array array['edition', 'definition', 'value', 'daily', 'catalogue', 'alias', 'page', 'commentary', 'restatement'] loop
    execute format('create trigger keep_all before truncate on scorecard.%I '
      'for each statement execute function audit.refuse()', part);
  end loop;
end $$;
create trigger keep before update or delete on scorecard.restatement for each row execute function audit.refuse();

-- Why a batch was written, where it is not simply what a source delivered: replay, correction, revert.
alter table ingest.batch add column cause text check (cause in ('replay', 'correction', 'revert'));

-- The outputs that are no longer so, and the transactions between which they were.
alter table fact.effective_output add column since xid8 not null default pg_current_xact_id();
create table fact.output_history (like fact.effective_output, until xid8 not null default pg_current_xact_id());
create index on fact.output_history (dataset, ended_at);
create function fact.keep_outputs() returns trigger language plpgsql as $$
begin
  insert into fact.output_history select gone.* from gone;
  return null;
end $$;
create trigger keep_outputs after delete on fact.effective_output
  referencing old table as gone for each statement execute function fact.keep_outputs();

-- The facts as an edition saw them. The session says which: metrics.cut is its pg_snapshot, metrics.edition its number.
create schema as_published;
