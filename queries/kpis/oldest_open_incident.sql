/* ---
id: oldest_open_incident
name: Oldest open incident, Sev 1 and 2
category: RELIABILITY
owner: data-platform
kind: state
unit: hours
better: lower
companion: true
reads: [incident]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: []
description: >
  How long the oldest trouble that is still open has lasted at the end of the period.
formula: >
  The clock hours from started_at (else detected_at) to the end of the period, of the oldest incident of severity 1 or 2 that
  was not resolved by then. False alarms and duplicates are left out.
--- */
select
  record, datasets, team, severity::text as severity, title as note,
  extract(epoch from @at - coalesce(started_at, detected_at)) / 3600 as numerator, 1 as denominator
from incident
where severity in (1, 2) and coalesce(started_at, detected_at) < @at
  and coalesce(status, 'open') not in ('false_alarm', 'duplicate')
  and (status = 'open' or resolved_at >= @at or status is null and resolved_at is null)
order by coalesce(started_at, detected_at), incident_id limit 1
