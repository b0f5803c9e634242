/* ---
id: time_to_fill
name: Time to fill
category: PEOPLE
owner: data-platform
kind: median
unit: days
better: lower
min_sample: 3
tolerance: 10 %
reads: [requisition]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [team, domain]
targets: { all: { target: "<= 90", stretch: 45 } }
description: >
  How long a team works with a chair empty.
formula: >
  The median of the days from opened_on to filled_on, dates of the calendar, over filled requisitions. Cancelled ones are left
  out. Placed by filled_on.
--- */
select
  filled_on::timestamp at time zone @zone as at, record, team,
  filled_on - opened_on as value,
  case
    when cancelled_on is not null then 'cancelled'
    when opened_on is null then 'no opening date'
    when filled_on < opened_on then 'opened_on ' || opened_on || ' lies after filled_on ' || filled_on
  end as excluded
from requisition
where filled_on::timestamp at time zone @zone >= @from and filled_on::timestamp at time zone @zone < @to
