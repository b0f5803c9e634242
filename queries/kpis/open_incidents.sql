/* ---
id: open_incidents
name: Open incidents, Sev 1 and 2
category: RELIABILITY
owner: data-platform
kind: state
unit: count
better: lower
companion: true
reads: [incident]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
description: >
  What is still broken at the end of the period: the trouble that a mean time to resolve does not show yet.
formula: >
  Incidents of severity 1 and 2 that had begun before the end of the period and were not resolved by then, or that were reopened
  since, each with its age in hours. False alarms and duplicates are left out.
--- */
select
  record, datasets, team, severity::text as severity, 1 as numerator, 1 as denominator,
  extract(epoch from @at - coalesce(started_at, detected_at)) / 3600 as value, title as note
from incident
where severity in (1, 2) and coalesce(started_at, detected_at) < @at
  and coalesce(status, 'open') not in ('false_alarm', 'duplicate')
  and (status = 'open' or resolved_at >= @at or status is null and resolved_at is null)
