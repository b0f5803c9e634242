/* ---
id: engagement
name: Engagement
category: PEOPLE
owner: people
kind: mean
unit: score
better: higher
interval: none
companion: true
min_group: 5
reads: [team_month]
grains: [month, quarter, year]
dimensions: [team, domain]
description: >
  How people feel about their work, months before they say so by leaving.
formula: >
  The mean of the teams' monthly engagement scores, each rescaled linearly from its own scale, 1 to engagement_scale_max, to 1 to 5.
  Months without a score are left out.
--- */
select
  (month || '-01')::date::timestamp at time zone @zone as at, record, team, month as note,
  1 + 4 * (engagement_score - 1) / nullif(engagement_scale_max - 1, 0) as value,
  coalesce((headcount_start + headcount_end) / 2.0, 0) as people,
  case
    when engagement_scale_max is null then 'nobody says how far the scale goes'
    when engagement_scale_max < 2 then 'a scale of ' || engagement_scale_max
  end as excluded
from team_month
where engagement_score is not null
  and (month || '-01')::date::timestamp at time zone @zone >= @from and (month || '-01')::date::timestamp at time zone @zone < @to
