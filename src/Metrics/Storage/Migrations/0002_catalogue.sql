-- What a source says of an entity. exact: in force from "at" on. Else a snapshot: this is what it looked like at "at".
create table catalog.assertion (
  entity      text not null,
  source      text not null,
  connection  text not null,
  id          text not null,
  exact       boolean not null,
  at          timestamptz not null,
  present     boolean not null,
  attributes  jsonb not null,
  version     timestamptz not null,
  batch       bigint not null,
  primary key (entity, id, source, connection, exact, at)
);

-- Derived from the assertions, per attribute by the source of highest precedence; never written by hand.
create table catalog.version (
  entity      text not null,
  source      text not null,
  connection  text not null,
  id          text not null,
  valid       tstzrange not null check (not isempty(valid)),
  attributes  jsonb not null,
  origin      text not null,
  batch       bigint not null,
  exclude using gist (entity with =, source with =, connection with =, id with =, valid with &&)
);
create index on catalog.version (entity, id);

-- One dataset, one team, whatever a source calls it. An empty namespace speaks for every source.
create table catalog.alias (
  kind       text not null check (kind in ('dataset', 'team')),
  namespace  text not null,
  name       text not null,
  target     text not null,
  primary key (kind, namespace, name)
);
