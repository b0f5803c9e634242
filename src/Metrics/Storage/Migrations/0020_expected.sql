-- What the document was read back to say when it was published: a later layout is not what it is checked against before it is sent.
alter table scorecard.edition add column expected jsonb;
