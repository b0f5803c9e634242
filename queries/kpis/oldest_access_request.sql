/* ---
id: oldest_access_request
name: Oldest pending access request
category: GOVERNANCE
owner: data-governance
kind: state
unit: business_days
better: lower
companion: true
reads: [access_request]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: []
description: >
  How long the one who waits longest has waited.
formula: >
  The business days from requested_at to the end of the period of the oldest access request that by then was neither granted,
  denied nor withdrawn.
--- */
select
  record, array_remove(array[dataset], null) as datasets, team,
  business_days(requested_at, @at) as numerator, 1 as denominator, replace(kind, '_', ' ') as note
from access_request
where requested_at < @at
  and (granted_at is null or granted_at >= @at)
  and (denied_at is null or denied_at >= @at)
  and (withdrawn_at is null or withdrawn_at >= @at)
order by requested_at, request_id limit 1
