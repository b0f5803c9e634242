/* ---
id: mttr_sev1
name: Mean time to resolve, Sev 1
category: RELIABILITY
owner: data-platform
kind: mean
unit: hours
better: lower
tolerance: 10 %
reads: [incident]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
companions: [open_incidents, oldest_open_incident]
targets: { all: { target: "< 4", stretch: 2 } }
description: >
  How long the worst outages last. Trust is lost by the hour.
formula: >
  The mean of resolved_at less started_at (else detected_at), in clock hours, over resolved incidents of severity 1, whatever
  their cause. A reopened incident counts once, with its last resolution. Incidents that are still open are not in the mean;
  they are shown beside it. Placed by resolved_at.
--- */
select
  resolved_at as at, record, datasets, team, severity::text as severity, title as note,
  extract(epoch from resolved_at - coalesce(started_at, detected_at)) / 3600 as value,
  case
    when status is distinct from 'resolved' then 'status ' || coalesce(replace(status, '_', ' '), 'not given')
    when coalesce(started_at, detected_at) is null then 'no start is known'
  end as excluded
from incident
where severity = 1 and resolved_at >= @from and resolved_at < @to
