/* ---
id: growth_plan_coverage
name: Growth-plan coverage
category: PEOPLE
owner: people
kind: ratio
unit: ratio
better: higher
interval: none
companion: true
min_group: 5
reads: [team_month]
grains: [month, quarter, year]
dimensions: [team, domain]
description: >
  How many people have a plan for what they want to learn and become.
formula: >
  People with a growth plan divided by the headcount at the end of the month, sums over sums.
--- */
select
  (month || '-01')::date::timestamp at time zone @zone as at, record, team, month as note,
  growth_plans as numerator, headcount_end as denominator, headcount_end as people,
  case
    when growth_plans is null then 'nobody says how many have a plan'
    when headcount_end is null then 'no headcount'
  end as excluded
from team_month
where (month || '-01')::date::timestamp at time zone @zone >= @from and (month || '-01')::date::timestamp at time zone @zone < @to
