-- What trusted tools read with SQL: a star of values and what they are broken down by. The views beside these tables are made by the
-- program, from the facts. Organisation-wide, without personal data and without what is suppressed.
create schema bi;

create table bi.kpi (
  kpi          text primary key,
  name         text not null,
  category     text not null,
  unit         text not null,
  better       text not null,
  about_people boolean not null,      -- then there is no kpi_daily of it
  companion    boolean not null,
  owner        text not null,
  description  text not null,
  formula      text not null,
  definition   text not null          -- the version whose values stand in kpi_value
);

create table bi.kpi_value (
  kpi           text not null references bi.kpi,
  grain         text not null,        -- month or quarter
  period        text not null,        -- 2026-07, 2026-Q3
  period_start  date not null,
  period_end    date not null,        -- the day after the last
  partial       boolean not null,
  dimension     text not null,        -- total, tier, team or domain
  tier          integer,              -- one of these where the dimension says so; null there is Unassigned
  team          text,
  domain        text,
  value         double precision,
  numerator     numeric,
  denominator   numeric,
  n             bigint not null,
  excluded      bigint not null,
  lower         double precision,
  upper         double precision,
  target        numeric,
  status        text not null,
  previous      double precision,
  year_ago      double precision,
  reason        text,
  computed_at   timestamptz not null
);
create index on bi.kpi_value (kpi, grain, period_start);
