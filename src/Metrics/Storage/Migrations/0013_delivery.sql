-- Who gets the scorecards of a scope.
create table scorecard.recipient (
  scope_kind  text not null check (scope_kind in ('platform', 'team', 'domain')),
  scope       text not null check ((scope = '') = (scope_kind = 'platform')),
  address     text not null check (address ~ '^[!-;=?-~]+$'),   -- or the word manager: of the team, as the catalogue has it
  name        text check (name !~ '[\n\r]'),
  part        text not null check (part in ('to', 'cc', 'bcc')),
  added_at    timestamptz not null,
  added_by    text not null,
  check (address <> 'manager' or scope_kind = 'team')
);
create unique index recipient_once on scorecard.recipient (scope_kind, scope, lower(address));

-- One row for each edition and recipient: the proof of who has got what. claimed: a sender is at it. in_doubt: a sender ended
-- between handing the message over and hearing that it was taken; a person settles it, nothing sends it again by itself.
create table scorecard.send (
  send        bigint generated always as identity primary key,
  edition     bigint not null references scorecard.edition,
  address     text not null,
  name        text,
  part        text not null check (part in ('to', 'cc', 'bcc')),
  state       text not null check (state in ('queued', 'claimed', 'sent', 'in_doubt', 'failed')),
  attempts    integer not null default 0,
  message_id  text not null,
  queued_at   timestamptz not null,
  queued_by   text not null,
  not_before  timestamptz not null,
  claimed_by  integer,               -- the sender, which holds an advisory lock of this number for as long as it lives
  claimed_at  timestamptz,
  sent_at     timestamptz,
  last_error  text,
  check (state <> 'claimed' or (claimed_by is not null and claimed_at is not null)),
  check (state <> 'sent' or sent_at is not null)
);
create unique index send_once on scorecard.send (edition, lower(address));
create unique index on scorecard.send (message_id);
create index on scorecard.send (not_before) where state in ('queued', 'claimed');
create sequence scorecard.sender as integer cycle;

create schema notify;

-- What people are told, once: the key says what it is about.
create table notify.notice (
  notice  bigint generated always as identity primary key,
  key     text not null unique,
  kind    text not null,
  title   text not null,
  detail  text not null,
  link    text,
  at      timestamptz not null
);

-- The outbox: a notice on its way to a channel. not_before of one that is being delivered is when another may try.
create table notify.outbox (
  notice       bigint not null references notify.notice on delete cascade,
  channel      text not null,
  state        text not null check (state in ('queued', 'delivered', 'failed')),
  attempts     integer not null default 0,
  not_before   timestamptz not null,
  last_error   text,
  primary key (notice, channel)
);
create index on notify.outbox (channel, not_before) where state = 'queued';

-- The last verdict on each KPI, so that one that becomes MISSED is told from one that has been it for long.
create table notify.verdict (
  kpi     text not null,
  tier    integer,
  status  text not null,
  period  text not null,
  at      timestamptz not null,
  unique nulls not distinct (kpi, tier)
);
