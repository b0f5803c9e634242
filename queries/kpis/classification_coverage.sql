/* ---
id: classification_coverage
name: Classification coverage
category: GOVERNANCE
owner: data-governance
kind: state
unit: ratio
better: higher
tolerance: 0.05
reads: [dataset]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { tier0: "= 1", tier1: "= 1", tier2: ">= 0.80" }
description: >
  Whether we know how confidential our data is. What is not classified cannot be protected.
formula: >
  Active datasets at the period's end: those with a classification, divided by all of them.
--- */
select
  record, array[dataset] as datasets,
  (classification is not null)::int as numerator, 1 as denominator,
  case when classification is null then 'not classified' else classification end as note
from dataset
where valid_from < @at and valid_to >= @at and coalesce(lifecycle, 'active') = 'active'
