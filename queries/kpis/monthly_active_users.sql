/* ---
id: monthly_active_users
name: Average monthly active users
category: QUALITY
owner: data-products
kind: mean
unit: count
better: higher
interval: none
companion: true
reads: [product_usage, dataset]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
description: >
  How many people a dataset serves, not only whether anybody uses it.
formula: >
  One observation per active dataset and day, as in data product adoption: the highest number of active users of any of the 30 days
  that end with and include it; 0 where there was none. The mean over datasets and days. The same person on two days is one user,
  and daily numbers do not say who they were: the highest is how many there were at least.
--- */
with day as (
  select d::date as day, d at time zone @zone as starts
  from generate_series(
    (@from at time zone @zone)::date::timestamp - interval '29 days',
    (@to - interval '1 microsecond') at time zone @zone, interval '1 day') as d
), usage as (
  select coalesce('dataset ' || dataset, 'product ' || data_product) as user_of, day, max(active_users) as users
  from product_usage
  where active_users > 0 and day::timestamp at time zone @zone < @now
  group by 1, 2
), highest as (
  select o.user_of, d.day, max(u.users) over (partition by o.user_of order by d.day rows 29 preceding) as users
  from (select distinct user_of from usage) o
  cross join day d
  left join usage u on u.user_of = o.user_of and u.day = d.day
)
select
  day.starts as at, v.record, array[v.dataset] as datasets, coalesce(greatest(d.users, p.users), 0) as value
from day
join dataset v on v.valid_from <= day.starts and day.starts < v.valid_to
left join highest d on d.user_of = 'dataset ' || v.dataset and d.day = day.day
left join highest p on p.user_of = 'product ' || v.data_product and p.day = day.day
where coalesce(v.lifecycle, 'active') = 'active'
  and day.starts >= @from and day.starts < @now
  and day.day >= (select min(u.day) from product_usage u where u.day::timestamp at time zone @zone < @now)
