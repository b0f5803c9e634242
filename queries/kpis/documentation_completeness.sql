/* ---
id: documentation_completeness
name: Documentation completeness
category: GOVERNANCE
owner: data-governance
kind: state
unit: ratio
better: higher
tolerance: 0.05
reads: [dataset, lineage]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { tier0: "= 1", tier1: ">= 0.80" }
description: >
  Whether the datasets that matter say whose they are, what they promise, what they mean and where they come from.
formula: >
  Active datasets of Tier 0 and 1 at the period's end: those with an owning team, a freshness target or SLA link, a
  description or definition link, and at least one lineage edge to another dataset, divided by all of them.
--- */
with linked as (
  select upstream as dataset from lineage where upstream <> downstream and valid_from < @at and valid_to >= @at
  union
  select downstream from lineage where upstream <> downstream and valid_from < @at and valid_to >= @at
), described as (
  select d.dataset, d.record,
    array_remove(array[
      case when d.team is null then 'owning team' end,
      case when d.freshness_max_age is null and d.freshness_deadline is null and d.sla_url is null
        then 'freshness target or SLA link' end,
      case when d.description is null and d.definition_url is null then 'description or definition link' end,
      case when l.dataset is null then 'lineage' end], null) as missing
  from dataset d
  left join linked l on l.dataset = d.dataset
  where d.valid_from < @at and d.valid_to >= @at
    and d.tier in (0, 1) and coalesce(d.lifecycle, 'active') = 'active'
)
select record, array[dataset] as datasets,
  (cardinality(missing) = 0)::int as numerator, 1 as denominator,
  'missing: ' || nullif(array_to_string(missing, ', '), '') as note
from described
