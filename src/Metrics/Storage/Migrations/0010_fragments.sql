-- What arrives piecemeal and in any order (webhooks between pulls): each fragment as it was seen last; records are made of all of them.
create table ingest.fragment (
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
