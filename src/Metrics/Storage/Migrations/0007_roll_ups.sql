-- The days are kept at several levels: level 2 tells every cell apart, 1 and 0 add up over those that few questions tell apart.
-- Every level holds the same observations, so nothing is ever added up over levels. All of them are made anew.
truncate kpi.daily, kpi.computed_day;
alter table kpi.daily add column level smallint not null;
alter table kpi.daily drop constraint daily_pkey, add primary key (kpi, level, day, cell);

-- Whole months of kpi.daily, so that quarters and years need not add up every day. Written with the days, in one transaction:
-- what is here is always the sum of the days that are there.
create table kpi.month (like kpi.daily including defaults);
alter table kpi.month rename column day to month;
alter table kpi.month add primary key (kpi, level, month, cell), add foreign key (cell) references kpi.cell;

-- Lists one after the other. Not array_agg: that wants lists of one length.
create aggregate kpi.concat (double precision[]) (sfunc = array_cat, stype = double precision[]);

-- Another value after every change of the catalogue's history, so that what was read from it can be kept until then.
create table catalog.revision (revision uuid not null);
insert into catalog.revision values (gen_random_uuid());

create function catalog.revise() returns trigger language plpgsql as $$
begin
  update catalog.revision set revision = gen_random_uuid();
  return null;
end
$$;
create trigger revise after insert or update or delete or truncate on catalog.version execute function catalog.revise();
create trigger revise after insert or update or delete or truncate on catalog.alias execute function catalog.revise();
