-- The columns of datasets as sources saw them at a moment; schema changes are found between one sight and the next. A schema that is
-- seen again and again is kept once.
create table catalog.schema_text (
  hash     text primary key,
  columns  text not null
);

create table catalog.schema_sight (
  source       text not null,
  connection   text not null,
  dataset      text not null,
  at           timestamptz not null,
  hash         text not null references catalog.schema_text,
  contract_id  text,
  batch        bigint not null,
  primary key (source, connection, dataset, at)
);
