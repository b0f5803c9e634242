/* ---
id: incident_rate
name: Incident rate
category: RELIABILITY
owner: data-platform
kind: rate
unit: per_month
better: lower
tolerance: 25 %
reads: [incident]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
companions: [open_incidents]
targets: { all: "< 2" }
description: >
  How often the platform itself breaks something that people depend on.
formula: >
  Incidents of severity 1 and 2 whose cause is the data platform, a change, unknown or not given, and which are neither
  false alarms nor duplicates, per month elapsed. Placed by detected_at, else started_at.
--- */
select
  coalesce(detected_at, started_at) as at, record, datasets, team, severity::text as severity, 1 as numerator,
  title as note,
  case
    when status in ('false_alarm', 'duplicate') then replace(status, '_', ' ')
    when cause in ('upstream', 'infrastructure') then 'cause ' || cause
  end as excluded
from incident
where severity in (1, 2)
  and (detected_at >= @from and detected_at < @to
    or detected_at is null and started_at >= @from and started_at < @to)
