/* ---
id: datasets_meeting_freshness
name: Datasets meeting their freshness target
category: RELIABILITY
owner: data-platform
kind: ratio
unit: ratio
better: higher
interval: none
companion: true
targets_met_of: freshness_adherence
reads: [run_output, dataset]
grains: [day, week, month, quarter, year]
dimensions: [tier, team, domain, dataset, data_product]
description: >
  On how many datasets the promise was kept. A high adherence overall can hide one dataset that is never fresh.
formula: >
  The datasets whose own freshness adherence over the period meets the target of their tier, divided by all that have an adherence and
  a target. Tier and team are those at the end of the period.
--- */
