/* ---
id: lead_time_for_changes
name: Lead time for data changes
category: DELIVERY
owner: data-platform
kind: median
unit: days
better: lower
min_sample: 3
tolerance: 10 %
reads: [change]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { all: { target: "<= 21", stretch: 7 } }
description: >
  How long an approved change waits until the people who asked for it can use it.
formula: >
  The median of deployed_at less approved_at, in clock days, over deployed standard changes. Emergency changes, projects, cancelled
  changes and those without an approval are left out. Placed by deployed_at.
--- */
select
  deployed_at as at, record, datasets, team, title as note,
  extract(epoch from deployed_at - approved_at) / 86400 as value,
  case
    when cancelled then 'cancelled'
    when kind is distinct from 'standard' then 'kind ' || coalesce(kind, 'not given')
    when approved_at is null then 'no approval time'
  end as excluded
from change
where deployed_at >= @from and deployed_at < @to
