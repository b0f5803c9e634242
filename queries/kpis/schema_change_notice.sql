/* ---
id: schema_change_notice
name: Schema-change notice
category: GOVERNANCE
owner: data-governance
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [schema_change]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { all: ">= 0.95" }
description: >
  Whether those who build on our data hear of a breaking change before it breaks them.
formula: >
  Breaking schema changes: those notified before they took effect or, where no such time is known, at most one hour after
  they were detected, divided by all of them. One whose hour is not over and that has not been notified is not counted yet.
  Placed by effective_at, else detected_at.
--- */
with breaking as (
  select coalesce(effective_at, detected_at) as at, record, dataset, change, "column", effective_at, detected_at,
    case when notified_at < @now then notified_at end as notified_at,
    case when notified_at >= @now then notified_at end as notifying_at
  from schema_change
  where breaking
    and (effective_at >= @from and effective_at < @to
      or effective_at is null and detected_at >= @from and detected_at < @to)
), judged as (
  select *,
    effective_at is null and notified_at is null and @now <= detected_at + interval '1 hour' as waits
  from breaking
)
select
  at, record, array_remove(array[dataset], null) as datasets,
  coalesce(
    case when effective_at is null then notified_at <= detected_at + interval '1 hour' else notified_at < effective_at end,
    false)::int as numerator,
  1 as denominator,
  case when waits then 'its hour is not over' end as excluded,
  case when waits then least(notifying_at, detected_at + interval '1 hour') + interval '1 microsecond' end as changes_at,
  concat_ws(' ', replace(change, '_', ' '), "column") as note
from judged
