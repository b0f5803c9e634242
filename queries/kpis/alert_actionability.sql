/* ---
id: alert_actionability
name: Alert actionability
category: QUALITY
owner: data-platform
kind: ratio
unit: ratio
better: higher
tolerance: 0.10
reads: [alert, check, incident]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { all: { target: ">= 0.50", stretch: 0.80 } }
description: >
  How many alerts were worth the interruption. People stop reading those that are not.
formula: >
  Alerts on which action was taken, or which are linked to a known incident that is not a false alarm, divided by all alerts. An
  alert without a dataset has that of its check. Placed by raised_at.
--- */
select
  a.raised_at as at, a.record,
  array_remove(array[coalesce(a.dataset, c.dataset)], null) as datasets,
  (a.action_taken or i.record is not null and i.status is distinct from 'false_alarm')::int as numerator,
  1 as denominator,
  case
    when a.action_taken then 'action was taken'
    when i.status = 'false_alarm' then 'a false alarm'
    when i.record is not null then 'an incident'
    when a.incident_id is not null then 'its incident is not known'
    else 'nothing came of it'
  end as note
from alert a
left join "check" c
  on c.source = a.source and c.connection = a.connection and c.check_id = a.check_id
  and c.valid_from <= a.raised_at and a.raised_at < c.valid_to
left join incident i on i.source = a.source and i.connection = a.connection and i.incident_id = a.incident_id
where a.raised_at >= @from and a.raised_at < @to
