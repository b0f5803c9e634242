/* ---
id: time_to_first_review
name: Time to first review
category: DELIVERY
owner: data-platform
kind: median
unit: days
better: lower
min_sample: 3
companion: true
tolerance: 10 %
reads: [pull_request]
lookback: P0D
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain]
description: >
  How much of the cycle time is waiting for somebody to look.
formula: >
  The median of first_review_at less draft_until (else opened_at), in clock days, over the pull requests of the cycle time: merged,
  on data code, by people. A review of a draft means no wait: 0. Those merged without a review are left out. Placed by merged_at.
--- */
select
  merged_at as at, record, team, title as note,
  extract(epoch from greatest(first_review_at, coalesce(draft_until, opened_at)) - coalesce(draft_until, opened_at)) / 86400 as value,
  case
    when author_is_bot then 'author is a bot'
    when not is_data_code then 'not data code'
    when coalesce(draft_until, opened_at) is null then 'no opening time'
    when merged_at < coalesce(draft_until, opened_at) then 'draft_until lies after merged_at'
    when first_review_at is null or first_review_at > merged_at then 'merged without a review'
    when first_review_at < opened_at then
      'first_review_at ' || to_char(first_review_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC lies before opened_at '
        || to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
  end as excluded
from pull_request
where merged_at >= @from and merged_at < @to
