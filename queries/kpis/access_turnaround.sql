/* ---
id: access_turnaround
name: Access request turnaround
category: GOVERNANCE
owner: data-governance
kind: median
unit: business_days
better: lower
min_sample: 3
tolerance: 10 %
reads: [access_request]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
companions: [pending_access_requests, oldest_access_request]
targets: { all: { target: "<= 3", stretch: 1 } }
description: >
  How long people wait for a yes or a no before they can work with data.
formula: >
  The median of the business days from requested_at to the earlier of granted_at and denied_at, over requests of every kind that
  were decided. A request that was withdrawn before a decision is left out. Pending requests are shown beside it. Placed by the
  decision.
--- */
select
  least(granted_at, denied_at) as at, record, array_remove(array[dataset], null) as datasets, team,
  business_days(requested_at, least(granted_at, denied_at)) as value,
  case
    when withdrawn_at < least(granted_at, denied_at) then 'withdrawn before the decision'
    when requested_at is null then 'no request time'
    when requested_at > least(granted_at, denied_at) then
      'requested_at ' || to_char(requested_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC lies after the decision at '
        || to_char(least(granted_at, denied_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
  end as excluded,
  case when granted_at <= denied_at or denied_at is null then 'granted' else 'denied' end || coalesce(' (' || replace(kind, '_', ' ') || ')', '') as note
from access_request
where least(granted_at, denied_at) >= @from and least(granted_at, denied_at) < @to
