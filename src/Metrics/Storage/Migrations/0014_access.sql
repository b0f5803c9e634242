create schema access;

-- Tokens of programs. The secret itself is nowhere: whoever reads this table cannot sign in with it.
create table access.token (
  token       bigint generated always as identity primary key,
  name        text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
  hash        bytea not null unique check (length(hash) = 32),   -- SHA-256 of the secret, which is 256 random bits
  scopes      text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'ingest', 'publish', 'admin']),
  teams       text[] not null,                                   -- reads these teams and domains only; both empty for no limit
  domains     text[] not null,
  created_at  timestamptz not null,
  created_by  text not null,
  expires_at  timestamptz check (expires_at > created_at),       -- from then on it is refused; null for never
  used_at     timestamptz,                                       -- to the hour
  revoked_at  timestamptz,
  revoked_by  text,
  -- Who may change things sees everything, or it could lift its own limit.
  check (cardinality(teams) + cardinality(domains) = 0 or scopes = array['read']),
  check ((revoked_at is null) = (revoked_by is null))
);
create unique index token_name on access.token (name) where revoked_at is null;

-- The keys that protect the cookies of browsers, shared by all instances. Whoever deletes them signs everybody out.
create table access.cookie_key (
  name      text primary key,
  content   text not null,
  added_at  timestamptz not null default now()
);
