/* ---
id: backfill_time
name: Backfill time
category: RELIABILITY
owner: data-platform
kind: median
unit: hours
better: lower
min_sample: 3
tolerance: 10 %
reads: [backfill]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { tier0: "<= 24", tier1: "<= 72" }
description: >
  How long past data stays wrong after somebody has noticed. Until then every report on it is wrong too.
formula: >
  The median of completed_at less issue_detected_at (else requested_at), in clock hours, over completed backfills. Cancelled ones
  are left out. All tiers count in the total; only Tiers 0 and 1 are judged. Placed by completed_at.
--- */
select
  completed_at as at, record, array_remove(array[dataset], null) as datasets, reason as note,
  extract(epoch from completed_at - coalesce(issue_detected_at, requested_at)) / 3600 as value,
  case
    when cancelled then 'cancelled'
    when coalesce(issue_detected_at, requested_at) is null then 'neither detection nor request is known'
    when completed_at < coalesce(issue_detected_at, requested_at) then
      case when issue_detected_at is null then 'requested_at ' else 'issue_detected_at ' end
        || to_char(coalesce(issue_detected_at, requested_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
        || ' UTC lies after completed_at ' || to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
  end as excluded
from backfill
where completed_at >= @from and completed_at < @to
