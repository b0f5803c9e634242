/* ---
id: defect_escape_rate
name: Defect escape rate
category: QUALITY
owner: data-platform
kind: ratio
unit: ratio
better: lower
tolerance: 0.05
reads: [incident]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
tiers: [0, 1]
targets: { all: { target: "< 0.20", stretch: 0.10 } }
description: >
  How often stakeholders find a defect before we do. Nothing costs trust faster.
formula: >
  Incidents of any severity whose most critical dataset is of Tier 0 or 1 and of which it is known how they were detected:
  those detected by a stakeholder, divided by all of them. False alarms and duplicates are left out. Placed by detected_at.
--- */
select
  detected_at as at, record, datasets, team, severity::text as severity, title as note,
  (detected_by = 'stakeholder')::int as numerator, 1 as denominator,
  case
    when status in ('false_alarm', 'duplicate') then replace(status, '_', ' ')
    when detected_by is null then 'who detected it is not known'
    when detected_by = 'other' then 'detected by other'
  end as excluded
from incident
where detected_at >= @from and detected_at < @to
