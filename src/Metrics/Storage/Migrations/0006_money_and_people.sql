-- Why the amount of an observation cannot be told, and how many people stand behind the sums.
alter table kpi.daily add column unknown text;
alter table kpi.daily add column people numeric not null default 0;

-- An amount at the rate in force at a moment; null where there is none. The rates are the session's, as the zone is.
create function analyst.in_reporting_currency(amount numeric, currency text, at timestamptz) returns numeric
language sql stable parallel safe as $$
  select case
    when upper(currency) = current_setting('metrics.currency') then amount
    else amount * (
      select r.rate
      from jsonb_to_recordset(current_setting('metrics.rates')::jsonb) as r(currency text, valid_from date, rate numeric)
      where r.currency = upper(in_reporting_currency.currency)
        and r.valid_from::timestamp at time zone current_setting('metrics.zone') <= at
      order by r.valid_from desc
      limit 1)
  end
$$;
