/* ---
id: time_to_resolve
name: Time to resolve
category: RELIABILITY
owner: data-platform
kind: mean
unit: hours
better: lower
companion: true
reads: [incident]
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
description: >
  How long trouble lasts once it has begun, over all the severities that count as downtime.
formula: >
  The mean of resolved_at less started_at (else detected_at), in clock hours, over incidents of severity 1 to 3 with status
  resolved. Placed by resolved_at.
--- */
select
  resolved_at as at, record, datasets, team, severity::text as severity, title as note,
  extract(epoch from resolved_at - coalesce(started_at, detected_at)) / 3600 as value,
  case
    when status is distinct from 'resolved' then 'status ' || coalesce(replace(status, '_', ' '), 'not given')
    when coalesce(started_at, detected_at) is null then 'no start is known'
  end as excluded
from incident
where severity between 1 and 3 and resolved_at >= @from and resolved_at < @to
