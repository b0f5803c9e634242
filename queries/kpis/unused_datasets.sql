/* ---
id: unused_datasets
name: Unused datasets
category: QUALITY
owner: data-products
kind: state
unit: count
better: lower
companion: true
reads: [product_usage, dataset]
lookback: P3650D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
description: >
  The candidates to retire: what is kept running and nobody opens.
formula: >
  Active datasets at the end of the period that no person queried and no user opened in the 30 calendar days up to then, counted as
  in data product adoption. The evidence lists every active dataset, with the day of its last use.
--- */
with usage as (
  select dataset, data_product, max(day) filter (where queries > 0 or active_users > 0) as day
  from product_usage
  where day::timestamp at time zone @zone < @at
  group by dataset, data_product
), last as (
  select v.record, v.dataset, greatest(max(d.day), max(p.day)) as day
  from dataset v
  left join usage d on d.dataset = v.dataset
  left join usage p on p.dataset is null and p.data_product = v.data_product
  where v.valid_from < @at and v.valid_to >= @at and coalesce(v.lifecycle, 'active') = 'active'
  group by v.record, v.dataset
)
select
  record, array[dataset] as datasets,
  (day is null or day + 29 < ((@at - interval '1 microsecond') at time zone @zone)::date)::int as numerator, 1 as denominator,
  coalesce('last used on ' || day, 'never used') as note,
  case when not exists (select 1 from usage) then 'No usage had been recorded yet.' end as unknown
from last
