/* ---
id: time_to_detect
name: Time to detect
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
  How long trouble goes on before anybody knows of it: the part of the downtime that monitoring can shorten.
formula: >
  The mean of detected_at less started_at, in clock hours, over incidents of severity 1 to 3 that are neither false alarms nor
  duplicates. Placed by detected_at.
--- */
select
  detected_at as at, record, datasets, team, severity::text as severity, title as note,
  extract(epoch from detected_at - started_at) / 3600 as value,
  case
    when status in ('false_alarm', 'duplicate') then replace(status, '_', ' ')
    when started_at is null then 'no start is known'
    when detected_at < started_at then
      'detected_at ' || to_char(detected_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC lies before started_at '
        || to_char(started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
  end as excluded
from incident
where severity between 1 and 3 and detected_at >= @from and detected_at < @to
