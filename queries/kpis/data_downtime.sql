/* ---
id: data_downtime
name: Data downtime
category: RELIABILITY
owner: data-platform
kind: sum
unit: hours
better: lower
tolerance: 10 %
reads: [incident, dataset]
lookback: P3650D                  # an incident touches every day until its resolution
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
companions: [time_to_detect, time_to_resolve]
description: >
  For how many hours data was missing, wrong or late. It is what incidents cost the people who wait for data.
formula: >
  Incidents of severity 1 to 3 that are neither false alarms nor duplicates, each from its start (else its detection) to its
  resolution (or now), clipped to the period and summed: incident hours, so two incidents at once count twice, and one on several
  datasets counts once. Each day's part counts under the tier and team at the start of that day.
--- */
with outage as (
  select record, datasets, team, severity, title, status, starts, resolved_at,
    case when status = 'resolved' and resolved_at is null then starts + interval '1 microsecond'
      else least(coalesce(resolved_at, @now), @now, @to) end as ends
  from (select *, coalesce(started_at, detected_at) as starts from incident) i
  where severity between 1 and 3 and starts < @to and starts < @now and (resolved_at > @from or resolved_at is null)
)
select
  greatest(o.starts, d.starts, @from) as at, d.starts as as_of, o.record, o.datasets, o.team, o.severity::text as severity,
  o.title as note,
  extract(epoch from least(o.ends, d.ends) - greatest(o.starts, d.starts, @from)) / 3600 as value,
  case
    when o.status in ('false_alarm', 'duplicate') then replace(o.status, '_', ' ')
    when o.status = 'resolved' and o.resolved_at is null then 'resolved, and nobody says when'
  end as excluded
from outage o
cross join lateral (
  select day at time zone @zone as starts, (day + interval '1 day') at time zone @zone as ends
  from generate_series(
    (greatest(o.starts, @from) at time zone @zone)::date::timestamp,
    (o.ends - interval '1 microsecond') at time zone @zone,
    interval '1 day') as day
) d
where o.ends > o.starts
