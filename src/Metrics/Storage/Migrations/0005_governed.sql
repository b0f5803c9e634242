-- Targets that the organisation has set. A change ends one row and adds another: the table is its own history.
create table kpi.target (
  target      bigint generated always as identity primary key,
  kpi         text not null,
  tier        integer,
  team        text,
  dataset     text,
  valid_from  date,                  -- null means since ever
  threshold   text not null,
  stretch     numeric,
  tolerance   text not null,
  origin      text not null,         -- file and line
  applied_at  timestamptz not null,
  applied_by  text not null,
  reason      text,
  ended_at    timestamptz,
  ended_by    text
);
create unique index target_in_force on kpi.target (kpi, tier, team, dataset, valid_from) nulls not distinct where ended_at is null;

-- Every definition that has computed a value here, whole, since when.
create table kpi.definition (
  kpi    text not null,
  since  timestamptz not null,
  hash   text not null,
  file   text not null,
  primary key (kpi, since)
);

-- Who brought a payload in, where a person did.
alter table ingest.batch add column brought_by text, add column reason text;

-- Which facts a payload held, so that a value can say how old the facts behind it are.
create table ingest.batch_fact (
  batch         bigint not null references ingest.batch on delete cascade,
  fact          text not null,
  rows_new      bigint not null,
  rows_changed  bigint not null,
  rows_same     bigint not null,
  primary key (batch, fact)
);
create index on ingest.batch_fact (fact, batch);
