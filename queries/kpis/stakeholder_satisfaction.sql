/* ---
id: stakeholder_satisfaction
name: Stakeholder satisfaction
category: PEOPLE
owner: data-products
kind: mean
unit: score
better: higher
min_sample: 5
min_group: 5
tolerance: 0.2
reads: [survey_response]
grains: [quarter, year]
dimensions: [team, domain, stakeholder_group]
companions: [survey_response_rate]
targets: { all: ">= 4.2" }
description: >
  What the people who use the data think of it. Every other number can be green while they are not served.
formula: >
  The mean of survey scores, each rescaled linearly from its own scale, 1 to scale_max, to 1 to 5. Placed by responded_at.
--- */
select
  responded_at as at, record, team, stakeholder_group,
  1 + 4 * (score - 1) / nullif(scale_max - 1, 0) as value,
  case
    when score is null then 'no score'
    when scale_max is null then 'nobody says how far the scale goes'
    when scale_max < 2 then 'a scale of ' || scale_max
  end as excluded
from survey_response
where responded_at >= @from and responded_at < @to
