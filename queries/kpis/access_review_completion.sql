/* ---
id: access_review_completion
name: Access review completion
category: GOVERNANCE
owner: data-governance
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [access_review]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
targets: { all: "= 1" }
description: >
  Whether somebody looked in time who can see what. Auditors ask for nothing less than all of them.
formula: >
  Access reviews that fell due in the period and before today: those completed on or before their due date, divided by all of
  them. Placed by due_on.
--- */
select
  due_on::timestamp at time zone @zone as at, record, array_remove(array[dataset], null) as datasets, scope as note,
  coalesce(completed_on <= due_on, false)::int as numerator,
  1 as denominator,
  case when due_on >= (@now at time zone @zone)::date then 'due today' end as excluded,
  case when due_on >= (@now at time zone @zone)::date then (due_on + 1)::timestamp at time zone @zone end as changes_at
from access_review
where due_on::timestamp at time zone @zone >= @from and due_on::timestamp at time zone @zone < @to
