/* ---
id: postmortem_completion
name: Postmortem completion
category: RELIABILITY
owner: data-platform
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [incident]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
targets: { all: ">= 0.90" }
description: >
  Whether we write down what happened while we still remember it.
formula: >
  Resolved incidents of severity 1 and 2: those whose postmortem was published not later than 5.0 business days after the
  resolution, divided by all of them. Published earlier than resolved counts; only the date decides. An incident that is
  still within its five days and has no postmortem is not counted yet. Placed by resolved_at.
--- */
with resolved as (
  select resolved_at, record, datasets, team, severity, title, status,
    case when postmortem_published_at < @now then postmortem_published_at end as published_at,
    case when postmortem_published_at >= @now then postmortem_published_at end as publishing_at
  from incident
  where severity in (1, 2) and resolved_at >= @from and resolved_at < @to
), judged as materialized (
  -- No five business days last a year: those of long ago are not counted out.
  select *,
    status = 'resolved' and published_at is null
      and resolved_at > @now - interval '1 year' and business_days(resolved_at, @now) <= 5 as waits
  from resolved
)
select
  resolved_at as at, record, datasets, team, severity::text as severity,
  coalesce(business_days(resolved_at, published_at) <= 5, false)::int as numerator,
  1 as denominator,
  case
    when status is distinct from 'resolved' then 'status ' || coalesce(replace(status, '_', ' '), 'not given')
    when waits then 'its five business days are not over'
  end as excluded,
  case when waits then least(publishing_at, too_late.at) + interval '1 microsecond' end as changes_at,
  concat_ws(': ', title, case
    when published_at is null then 'no postmortem'
    when published_at <= resolved_at then 'postmortem published before the resolution'
    else 'postmortem after ' || round(business_days(resolved_at, published_at), 1) || ' business days'
  end) as note
from judged
left join lateral (
  -- The last moment at which five business days have passed and no more, on the first day that exceeds them.
  select greatest(day.starts, resolved_at)
    + (5 - business_days(resolved_at, greatest(day.starts, resolved_at))) * interval '1 day' as at
  from (
    select d at time zone @zone as starts, (d + interval '1 day') at time zone @zone as ends
    from generate_series(
      (@now at time zone @zone)::date::timestamp, (@now at time zone @zone)::date + interval '60 days', interval '1 day') as d
  ) day
  where waits and business_days(resolved_at, day.ends) > 5
  order by day.starts limit 1
) too_late on true
