/* ---
id: roadmap_predictability
name: Roadmap delivery predictability
category: DELIVERY
owner: data-platform
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [roadmap_item]
lookback: P0D
grains: [quarter, year]
dimensions: [team, domain]
targets: { all: { target: ">= 0.80", stretch: 0.90 } }
description: >
  Whether the platform delivers in a quarter what it committed to. Others plan on it.
formula: >
  Items committed for the fiscal quarter, not later than 14 days after its start: those completed within the quarter, or
  re-scoped within it with somebody's agreement, divided by all of them, from the quarter's first day on. What was added
  later is no commitment. A cancellation without such agreement counts against. A year adds up its quarters.
--- */
with quarter as (
  select fiscal_quarter(d::date) as name, d at time zone @zone as starts,
    (d + interval '14 days') at time zone @zone as committed_by, (d + interval '3 months') at time zone @zone as ends
  from generate_series(
    (@from at time zone @zone)::date::timestamp, (@to - interval '1 microsecond') at time zone @zone, interval '1 day') as d
  where fiscal_quarter(d::date) <> fiscal_quarter(d::date - 1)
), item as (
  select q.starts, q.committed_by, i.record, i.team, i.title, i.committed_at,
    i.completed_at >= q.starts and i.completed_at < least(q.ends, @now) as completed,
    i.rescoped_at >= q.starts and i.rescoped_at < least(q.ends, @now) and i.rescope_agreed_by_given as rescoped
  from roadmap_item i
  join quarter q on q.name = i.quarter
  where i.committed_at is null or i.committed_at < @now
)
select
  starts as at, record, team,
  (coalesce(completed, false) or coalesce(rescoped, false))::int as numerator, 1 as denominator,
  case
    when committed_at is null then 'never committed'
    when committed_at > committed_by then 'added later than 14 days into the quarter'
  end as excluded,
  concat_ws(': ', title, case when completed then 'completed' when rescoped then 're-scoped with agreement' else 'not delivered' end)
    as note
from item
where starts >= @from and starts < @to
