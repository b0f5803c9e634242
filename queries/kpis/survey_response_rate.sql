/* ---
id: survey_response_rate
name: Survey response rate
category: PEOPLE
owner: data-products
kind: ratio
unit: ratio
better: higher
interval: none
companion: true
min_group: 5
reads: [survey_response, survey_invitation]
grains: [quarter, year]
dimensions: [team, domain]
description: >
  How many of those who were asked have answered: how far the scores speak for everybody.
formula: >
  Responses divided by people invited, over the surveys that have responses. A survey counts once, with all its responses, and is
  placed by the first of them. A survey that nobody has answered yet is not in it.
--- */
with answered as (
  select source, connection, survey, min(responded_at) as first_at, count(*) as responses
  from survey_response
  where responded_at < @now
  group by source, connection, survey
)
select
  a.first_at as at, coalesce(i.record, r.record) as record, i.team, a.survey as note,
  a.responses as numerator, i.invited as denominator, a.responses as people,
  case when coalesce(i.invited, 0) = 0 then 'nobody says how many were invited' end as excluded
from answered a
left join survey_invitation i on i.source = a.source and i.connection = a.connection and i.survey = a.survey
cross join lateral (
  select r.record from survey_response r
  where r.source = a.source and r.connection = a.connection and r.survey = a.survey and r.responded_at = a.first_at
  order by r.response_id limit 1) r
where a.first_at >= @from and a.first_at < @to
