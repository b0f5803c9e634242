/* ---
id: compute_utilisation
name: Compute utilisation
category: COST
owner: data-platform
kind: ratio
unit: ratio
better: higher
interval: none
tolerance: 0.02
reads: [compute_usage]
grains: [day, week, month, quarter, year]
dimensions: [measure]
defaults: { measure: credit }
description: >
  How much of the compute that is paid for does work. What stands idle is money for nothing; what is always full makes people wait.
formula: >
  Compute used divided by compute provisioned, of one measure (credit unless another is asked for: slot hours and credits cannot
  be added). A period of use counts whole at its start.
--- */
select
  period_start as at, record, measure, used as numerator, provisioned as denominator, resource as note,
  case
    when used is null then 'nobody says how much was used'
    when provisioned is null then 'nobody says how much was provisioned'
  end as excluded
from compute_usage
where period_start >= @from and period_start < @to
