/* ---
id: unit_cost
name: Cost per unit
category: COST
owner: data-platform
kind: unit_cost
unit: money_per_unit
better: lower
judged_on: change_from_year_ago
tolerance: 0.05
reads: [cost, usage_unit, pipeline, dataset]
lookback: P3650D                  # a charge touches every day until its end
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, service, unit]
defaults: { unit: tb_processed }
targets: { all: { target: "<= -0.10", stretch: -0.30 } }
description: >
  What one unit of work costs. The bill may grow with the business; the price of a unit should fall.
formula: >
  All costs divided by the quantity of one unit (tb_processed unless another is asked for). A charge is spread evenly over its
  time and counts with the part that lies in the period; one without length counts whole at its start. It is converted at the
  rate in force at its start, and belongs to the tier and team of its start, whatever happens later in it. Without a dataset of
  its own it has those of its pipeline, and without a team that of the pipeline. Costs count over every unit; services divide the
  costs only. Units count on their day. Judged is the change from the same period a year before.
--- */
with charge as (
  select
    c.record, c.service, c.charge_start as starts, c.effective_cost, c.currency,
    case when c.charge_end > c.charge_start then c.charge_end end as ends,
    in_reporting_currency(c.effective_cost, c.currency, c.charge_start) as amount,
    case when c.dataset is not null then array[c.dataset] else p.datasets end as datasets,
    coalesce(c.team, case when c.dataset is null then p.team end) as team
  from cost c
  left join pipeline p
    on p.source = c.source and p.connection = c.connection and p.pipeline = c.pipeline
    and p.valid_from <= c.charge_start and c.charge_start < p.valid_to
  where c.charge_start < @to and (        -- each way has its index: few charges are long, and a short one starts shortly before
    c.charge_start >= @from - interval '2 days' and (c.charge_end > @from or c.charge_start >= @from)
    or c.charge_end - c.charge_start > interval '2 days' and tstzrange(c.charge_start, c.charge_end) && tstzrange(@from, @to))
), part as (
  select c.*, greatest(c.starts, d.starts, @from) as at,
    coalesce(
      extract(epoch from least(c.ends, d.ends, @to) - greatest(c.starts, d.starts, @from)) / extract(epoch from c.ends - c.starts),
      1) as share
  from charge c
  cross join lateral (
    select day at time zone @zone as starts, (day + interval '1 day') at time zone @zone as ends
    from generate_series(
      (greatest(c.starts, @from) at time zone @zone)::date::timestamp,
      (least(coalesce(c.ends, c.starts + interval '1 microsecond'), @to) - interval '1 microsecond') at time zone @zone,
      interval '1 day') as day
  ) d
)
select
  at, starts as as_of, record, datasets, team, service, null as unit,
  coalesce(amount * share, 0) as numerator, 0 as denominator,
  case when effective_cost is null then 'no effective cost' end as excluded,
  case when amount is null and effective_cost is not null then
    'There is no exchange rate for ' || currency || ' at ' || to_char(starts at time zone @zone, 'YYYY-MM-DD') || '; see Reporting:Rates.'
  end as unknown,
  round(100 * share, 2) || ' % of ' || effective_cost || ' ' || currency as note
from part
union all
select
  day::timestamp at time zone @zone, null, record, case when dataset is not null then array[dataset] end, team, null, unit,
  0, quantity,
  case when quantity is null then 'no quantity' end,
  null, null
from usage_unit
where day::timestamp at time zone @zone >= @from and day::timestamp at time zone @zone < @to
