-- Who approved a target, where the organisation wants a second person for it.
alter table kpi.target add column approved_by text;
