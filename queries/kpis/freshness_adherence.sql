/* ---
id: freshness_adherence
name: Freshness SLA adherence
category: RELIABILITY
owner: data-platform
kind: ratio
unit: ratio
better: higher
interval: none
tolerance: 0.01
reads: [run_output, dataset]
lookback: P3650D                  # a first load that arrives late makes every later day observable
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
companions: [datasets_meeting_freshness, datasets_never_loaded]
targets: { tier0: { target: "> 0.98", stretch: 0.99 }, tier1: "> 0.95", tier2: "> 0.90" }
description: >
  How much of the time data was as fresh as its consumers were promised. It is what they notice first.
formula: >
  One observation per dataset and day on which the dataset was active and had a freshness target, after the day of its first
  successful load. Maximum age: the share of the day in which the latest successful load was no older than allowed; today
  counts up to now. Deadline: 1 if a load succeeded in the 24 hours up to the deadline, else 0, on the days it applies and
  once it has passed. The catalogue is taken as of the start of the day.
--- */
with day as (
  select d::date as day, d at time zone @zone as starts, (d + interval '1 day') at time zone @zone as ends
  from generate_series(
    (@from at time zone @zone)::date::timestamp, (@to - interval '1 microsecond') at time zone @zone, interval '1 day') as d
), promised as (
  select day.*, v.dataset, v.record, v.freshness_max_age as max_age,
    (day.day + v.freshness_deadline) at time zone coalesce(v.freshness_timezone, @zone) as deadline,
    least(day.ends, @now) as until
  from day
  join dataset v on v.valid_from <= day.starts and day.starts < v.valid_to
  where coalesce(v.lifecycle, 'active') = 'active'
    and day.starts >= @from and day.starts < @now
    and (v.freshness_max_age is not null
      or v.freshness_deadline is not null
        and (cardinality(v.freshness_days) = 0 or upper(to_char(day.day, 'DY')) = any (v.freshness_days)))
    and exists (
      select 1 from run_output o where o.dataset = v.dataset and o.state = 'success' and o.ended_at < day.starts)
)
select p.starts as at, p.record, array[p.dataset] as datasets,
  coalesce(fresh.seconds, 0) / extract(epoch from p.ends - p.starts) as numerator,
  extract(epoch from p.until - p.starts) / extract(epoch from p.ends - p.starts) as denominator,
  null as excluded, null::timestamptz as changes_at,
  'fresh for ' || round(coalesce(fresh.seconds, 0) / 3600, 2) || ' of ' || round(extract(epoch from p.until - p.starts) / 3600, 2) || ' hours' as note
from promised p
cross join lateral (
  select sum(extract(epoch from least(load.ended_at + p.max_age, load.next_at, p.until) - greatest(load.ended_at, p.starts)))
    filter (where least(load.ended_at + p.max_age, load.next_at, p.until) > greatest(load.ended_at, p.starts)) as seconds
  from (
    select o.ended_at, lead(o.ended_at) over (order by o.ended_at) as next_at
    from run_output o
    where o.dataset = p.dataset and o.state = 'success' and o.ended_at > p.starts - p.max_age and o.ended_at < p.until
  ) load
) fresh
where p.max_age is not null
union all
select p.starts, p.record, array[p.dataset],
  exists (
    select 1 from run_output o
    where o.dataset = p.dataset and o.state = 'success'
      and o.ended_at > p.deadline - interval '24 hours' and o.ended_at <= p.deadline)::int,
  1,
  case when p.deadline > @now then 'deadline not reached' end,
  case when p.deadline > @now then p.deadline end,
  'deadline ' || to_char(p.deadline at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
from promised p
where p.max_age is null
