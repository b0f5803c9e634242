/* ---
id: postmortem_action_closure
name: Postmortem action closure
category: RELIABILITY
owner: data-platform
kind: ratio
unit: ratio
better: higher
tolerance: 0.05
reads: [postmortem_action, incident]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, severity]
targets: { all: { target: "> 0.85", stretch: 0.90 } }
description: >
  Whether we do what we promised after an incident. Actions that slip are the next incident.
formula: >
  Actions that fell due in the period and before today and were not cancelled: those completed on or before their due date,
  divided by all of them. Each has the datasets, team and severity of its incident.
--- */
select
  a.due_on::timestamp at time zone @zone as at, a.record, i.datasets, i.team, i.severity::text as severity,
  a.title as note,
  coalesce(a.completed_on <= a.due_on, false)::int as numerator,
  1 as denominator,
  case
    when a.status = 'cancelled' then 'cancelled'
    when a.due_on >= (@now at time zone @zone)::date then 'due today'
  end as excluded,
  case
    when a.due_on >= (@now at time zone @zone)::date then (a.due_on + 1)::timestamp at time zone @zone
  end as changes_at
from postmortem_action a
left join incident i on i.source = a.source and i.connection = a.connection and i.incident_id = a.incident_id
where a.due_on::timestamp at time zone @zone >= @from and a.due_on::timestamp at time zone @zone < @to
