/* ---
id: offer_acceptance
name: Offer acceptance
category: PEOPLE
owner: data-platform
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [requisition]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [team, domain]
description: >
  Whether the people we want want us.
formula: >
  Offers accepted, divided by offers extended, of the requisitions that were filled, else cancelled, in the period. A requisition
  without an offer says nothing. Placed by filled_on, else cancelled_on. There is no target; the trend is judged.
--- */
select
  coalesce(filled_on, cancelled_on)::timestamp at time zone @zone as at, record, team,
  offers_accepted as numerator, offers_extended as denominator,
  case
    when offers_extended is null then 'offers extended are not known'
    when offers_extended = 0 then 'no offer was extended'
    when offers_accepted is null then 'offers accepted are not known'
  end as excluded
from requisition
where coalesce(filled_on, cancelled_on)::timestamp at time zone @zone >= @from
  and coalesce(filled_on, cancelled_on)::timestamp at time zone @zone < @to
