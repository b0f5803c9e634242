-- For analysts' SQL. The zone, the holidays and the fiscal year are the session's, set by the engine before each statement.

create function analyst.business_days(starts timestamptz, ends timestamptz) returns numeric
language sql stable parallel safe as $$
  select case
    when starts is null or ends is null then null
    when ends <= starts then 0
    else coalesce((
      select sum(extract(epoch from least(ends, day_end) - greatest(starts, day_start)))
      from generate_series(
        (starts at time zone current_setting('metrics.zone'))::date::timestamp,
        (ends at time zone current_setting('metrics.zone'))::date::timestamp,
        interval '1 day') as d,
      lateral (select
        d at time zone current_setting('metrics.zone') as day_start,
        (d + interval '1 day') at time zone current_setting('metrics.zone') as day_end) as bounds
      where extract(isodow from d) < 6
        and d::date <> all (string_to_array(current_setting('metrics.holidays'), ',')::date[])
        and least(ends, day_end) > greatest(starts, day_start)), 0) / 86400
  end
$$;

create function analyst.fiscal_quarter(day date) returns text
language sql stable parallel safe as $$
  select extract(year from shifted)::int || '-Q' || extract(quarter from shifted)::int
  from (select day + make_interval(months => (13 - current_setting('metrics.fiscal_start')::int) % 12) as shifted) as s
$$;
