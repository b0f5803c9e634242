-- One combination of everything a value can be grouped by, as it was at the moment of attribution.
create table kpi.cell (
  cell               integer generated always as identity primary key,
  sha256             bytea not null unique,   -- of all the following: a list of datasets may be too long for an index
  tier               integer,
  team               text,
  domain             text,
  datasets           text[] not null,
  data_product       text,
  pipeline           text,
  severity           text,
  service            text,
  unit               text,
  measure            text,
  stakeholder_group  text
);

create table kpi.daily (
  kpi          text not null,
  day          date not null,
  cell         integer not null references kpi.cell,
  numerator    numeric not null,
  denominator  numeric not null,
  n            bigint not null,
  excluded_n   bigint not null,
  sum_squares  numeric not null,
  binary_only  boolean not null,
  "values"     double precision[],
  primary key (kpi, day, cell)
);

-- A day that has been computed: as of when, and until when the answer holds without new data.
create table kpi.computed_day (
  kpi          text not null,
  day          date not null,
  computed_at  timestamptz not null,
  changes_at   timestamptz,
  primary key (kpi, day)
);

-- Insert-only marks: what a batch touched. The worker deletes those that it has read, and no others.
create table kpi.stale (
  mark     bigint generated always as identity primary key,
  kpi      text not null,
  touched  tstzrange not null,
  batch    bigint
);

-- What each KPI reads, so that an import can mark the days of the KPIs that it touches.
create table kpi.reads (
  kpi       text not null,
  fact      text not null,
  lookback  interval not null,
  primary key (kpi, fact)
);

-- The definition and settings that kpi.daily was computed with.
create table kpi.computed (
  kpi              text primary key,
  definition_hash  text not null,
  settings_hash    text not null
);
