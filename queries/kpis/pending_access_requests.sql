/* ---
id: pending_access_requests
name: Pending access requests
category: GOVERNANCE
owner: data-governance
kind: state
unit: count
better: lower
companion: true
reads: [access_request]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
description: >
  Who is still waiting for data at the end of the period: what a turnaround does not show yet.
formula: >
  Access requests made before the end of the period and by then neither granted, denied nor withdrawn, each with its age in
  business days.
--- */
select
  record, array_remove(array[dataset], null) as datasets, team, 1 as numerator, 1 as denominator,
  business_days(requested_at, @at) as value, replace(kind, '_', ' ') as note
from access_request
where requested_at < @at
  and (granted_at is null or granted_at >= @at)
  and (denied_at is null or denied_at >= @at)
  and (withdrawn_at is null or withdrawn_at >= @at)
