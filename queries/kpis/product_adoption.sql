/* ---
id: product_adoption
name: Data product adoption
category: QUALITY
owner: data-products
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [product_usage, dataset]
lookback: P3650D                  # the first usage ever decides from which day on there is something to observe
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
companions: [monthly_active_users, unused_datasets]
description: >
  How much of what is built is used by people. What nobody opens costs money, can break, and hides what matters.
formula: >
  One observation per active dataset and day: 1 if a person queried it, or it had an active user, in the 30 calendar days that end
  with and include that day, else 0. Queries of services do not count. Usage that names a data product and no dataset counts for
  every dataset of the product. Days before the first usage record ever are not observed. The catalogue is taken as of the start
  of the day.
--- */
with day as (
  select d::date as day, d at time zone @zone as starts
  from generate_series(
    (@from at time zone @zone)::date::timestamp, (@to - interval '1 microsecond') at time zone @zone, interval '1 day') as d
), used as (
  select dataset, data_product, daterange(day, day + 30) as days
  from product_usage
  where (queries > 0 or active_users > 0) and day::timestamp at time zone @zone < @now and day > (@from at time zone @zone)::date - 30
), by_dataset as (
  select dataset, range_agg(days) as days from used where dataset is not null group by dataset
), by_product as (
  select data_product, range_agg(days) as days from used where dataset is null group by data_product
)
select
  day.starts as at, v.record, array[v.dataset] as datasets,
  (coalesce(d.days @> day.day, false) or coalesce(p.days @> day.day, false))::int as numerator, 1 as denominator
from day
join dataset v on v.valid_from <= day.starts and day.starts < v.valid_to
left join by_dataset d on d.dataset = v.dataset
left join by_product p on p.data_product = v.data_product
where coalesce(v.lifecycle, 'active') = 'active'
  and day.starts >= @from and day.starts < @now
  and day.day >= (select min(u.day) from product_usage u where u.day::timestamp at time zone @zone < @now)
