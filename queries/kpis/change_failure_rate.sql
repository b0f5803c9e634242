/* ---
id: change_failure_rate
name: Change failure rate
category: DELIVERY
owner: data-platform
kind: ratio
unit: ratio
better: lower
tolerance: 0.05
reads: [change]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { all: { target: "<= 0.15", stretch: 0.05 } }
description: >
  How often a change that we roll out breaks something. Speed that is paid for in failures is no speed.
formula: >
  Deployed changes that caused a failure, divided by all deployed changes, whatever their kind. Cancelled changes are left out.
  Placed by deployed_at.
--- */
select
  deployed_at as at, record, datasets, team, title as note,
  failed::int as numerator, 1 as denominator,
  case when cancelled then 'cancelled' end as excluded
from change
where deployed_at >= @from and deployed_at < @to
