/* ---
id: pr_cycle_time
name: Cycle time per pull request
category: DELIVERY
owner: data-platform
kind: median
unit: days
better: lower
min_sample: 3
tolerance: 10 %
reads: [pull_request]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain]
companions: [time_to_first_review]
targets: { all: { target: "<= 4", stretch: 2 } }
description: >
  How long finished work waits to be used: from ready for review to merged.
formula: >
  The median of merged_at less draft_until (else opened_at), in clock days, over merged pull requests on data code by
  people. Placed by merged_at. A pull request has a team but no dataset, and so no tier.
--- */
select
  merged_at as at, record, team, title as note,
  extract(epoch from merged_at - coalesce(draft_until, opened_at)) / 86400 as value,
  case
    when author_is_bot then 'author is a bot'
    when not is_data_code then 'not data code'
    when coalesce(draft_until, opened_at) is null then 'no opening time'
    when merged_at < coalesce(draft_until, opened_at) then
      'draft_until ' || to_char(draft_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC lies after merged_at '
        || to_char(merged_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
  end as excluded
from pull_request
where merged_at >= @from and merged_at < @to
