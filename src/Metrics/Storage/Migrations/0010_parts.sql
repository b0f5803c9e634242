-- What arrives in parts and in any order (webhooks between pulls): every part as it was seen last, from which the record is made anew.
create table ingest.part (
  source      text not null,
  connection  text not null,
  entity      text not null,
  name        text not null,
  version     timestamptz not null,
  rank        integer not null,
  body        text not null,
  batch       bigint not null,
  primary key (source, connection, entity, name)
);
