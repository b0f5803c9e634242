/* ---
id: datasets_never_loaded
name: Datasets never loaded
category: RELIABILITY
owner: data-platform
kind: state
unit: count
better: lower
companion: true
reads: [run_output, dataset]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
description: >
  Promises that were never kept once. Freshness adherence cannot see them: it begins after the first load.
formula: >
  Active datasets with a freshness target at the end of the period that have never been loaded successfully until then. The evidence
  lists every dataset with a target, with the time of its first load.
--- */
select
  v.record, array[v.dataset] as datasets, (first.load is null)::int as numerator, 1 as denominator,
  coalesce('first loaded ' || to_char(first.load at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC', 'never loaded') as note
from dataset v
cross join lateral (
  select min(o.ended_at) as load from run_output o where o.dataset = v.dataset and o.state = 'success' and o.ended_at < @at) first
where v.valid_from < @at and v.valid_to >= @at and coalesce(v.lifecycle, 'active') = 'active'
  and (v.freshness_max_age is not null or v.freshness_deadline is not null)
