/* ---
id: check_coverage
name: Data-quality test coverage
category: QUALITY
owner: data-platform
kind: state
unit: ratio
better: higher
tolerance: 0.05
reads: [check, check_result, dataset]
lookback: P35D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { tier0: ">= 0.90", tier1: ">= 0.70" }
description: >
  How many of the datasets that matter are tested in the ways that matter. A test that never runs protects nobody.
formula: >
  Active datasets of Tier 0 and 1: those with, for every required kind, an enabled check that gave pass, warn or fail in the
  35 days before the period's end, divided by all of them. Required are the dataset's own kinds, else for Tier 0 schema,
  uniqueness, referential and volume, for Tier 1 schema and uniqueness.
--- */
with tested as (
  select distinct c.dataset, c.kind
  from "check" c
  where c.enabled and c.valid_from < @at and c.valid_to >= @at
    and exists (
      select 1 from check_result r
      where r.source = c.source and r.connection = c.connection and r.check_id = c.check_id
        and r.run_at >= @at - interval '840 hours' and r.run_at < @at
        and r.status in ('pass', 'warn', 'fail'))
), required as (
  select d.dataset, d.record,
    case
      when cardinality(d.required_checks) > 0 then d.required_checks
      when d.tier = 0 then array['schema', 'uniqueness', 'referential', 'volume']
      else array['schema', 'uniqueness']
    end as kinds
  from dataset d
  where d.valid_from < @at and d.valid_to >= @at
    and d.tier in (0, 1) and coalesce(d.lifecycle, 'active') = 'active'
), missing as (
  select q.dataset, q.record,
    array(
      select k from unnest(q.kinds) as k
      where not exists (select 1 from tested t where t.dataset = q.dataset and t.kind = k)
      order by k) as kinds
  from required q
)
select record, array[dataset] as datasets,
  (cardinality(kinds) = 0)::int as numerator, 1 as denominator,
  'missing: ' || nullif(array_to_string(kinds, ', '), '') as note
from missing
