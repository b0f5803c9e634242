/* ---
id: voluntary_attrition
name: Voluntary attrition
category: PEOPLE
owner: people
kind: ratio
unit: ratio
better: lower
interval: none
min_group: 5
tolerance: 0.02
reads: [team_month]
grains: [month, quarter, year]
dimensions: [team, domain]
companions: [engagement, growth_plan_coverage]
targets: { all: "< Reporting:AttritionNorm" }
description: >
  The share of people who choose to go, as a rate per year. Knowledge leaves with them, and the rest carry their work.
formula: >
  12 times the voluntary leavers of each team and month, divided by its mean headcount, (headcount_start + headcount_end) / 2; sums
  over sums. A month counts if its first day is in the period. The target is the setting Reporting:AttritionNorm. Groups with a mean
  headcount below 5 in a month are not shown, nor any group that would reveal one.
--- */
select
  (month || '-01')::date::timestamp at time zone @zone as at, record, team,
  12 * voluntary_leavers as numerator,
  (headcount_start + headcount_end) / 2.0 as denominator,
  (headcount_start + headcount_end) / 2.0 as people,
  month || ': ' || voluntary_leavers || ' of ' || headcount_start || ' left' as note,
  case
    when headcount_start is null or headcount_end is null then 'no headcount'
    when voluntary_leavers is null then 'nobody says how many left'
  end as excluded
from team_month
where (month || '-01')::date::timestamp at time zone @zone >= @from and (month || '-01')::date::timestamp at time zone @zone < @to
