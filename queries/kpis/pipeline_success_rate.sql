/* ---
id: pipeline_success_rate
name: Pipeline success rate
category: RELIABILITY
owner: data-platform
kind: ratio
unit: ratio
better: higher
tolerance: 0.01
reads: [pipeline_run, pipeline]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product, pipeline]
companions: [pipeline_eventual_success]
targets: { tier0: "> 0.99", tier1: { target: "> 0.97", stretch: 0.99 }, tier2: "> 0.95" }
description: >
  How often scheduled work succeeds at the first try. Every failure costs somebody's morning, even if a retry mends it.
formula: >
  Per scheduled run (trigger scheduled, event or empty), its first attempt: those that ended in success, divided by those
  that ended in success or failed. Running, skipped and cancelled first attempts are left out; so are manual and backfill
  runs. A run is placed by when it was scheduled, else when it started, and belongs to its pipeline's team.
--- */
select
  coalesce(r.scheduled_for, r.started_at) as at,
  r.record,
  r.source,
  r.pipeline,
  p.team,
  case when cardinality(r.datasets) > 0 then r.datasets else p.datasets end as datasets,
  (r.state = 'success')::int as numerator,
  1 as denominator,
  case
    when coalesce(r.trigger, 'scheduled') not in ('scheduled', 'event') then 'trigger ' || r.trigger
    when r.state in ('success', 'failed') then null
    else 'first attempt ' || coalesce(r.state, 'without a state')
  end as excluded
from pipeline_run r
left join pipeline p
  on p.source = r.source and p.connection = r.connection and p.pipeline = r.pipeline
  and p.valid_from <= coalesce(r.scheduled_for, r.started_at) and coalesce(r.scheduled_for, r.started_at) < p.valid_to
where (r.scheduled_for >= @from and r.scheduled_for < @to
    or r.scheduled_for is null and r.started_at >= @from and r.started_at < @to)
  and (r.attempt is null
    or r.attempt = 1 and not exists (       -- nearly every run, answered by the few attempts before 1 that have an index
      select 1 from pipeline_run earlier
      where earlier.source = r.source and earlier.connection = r.connection
        and earlier.pipeline = r.pipeline and earlier.run_id = r.run_id
        and (earlier.attempt is null or earlier.attempt < 1))
    or r.attempt <> 1 and not exists (
      select 1 from pipeline_run earlier
      where earlier.source = r.source and earlier.connection = r.connection
        and earlier.pipeline = r.pipeline and earlier.run_id = r.run_id
        and (earlier.attempt is null or earlier.attempt < r.attempt)))
