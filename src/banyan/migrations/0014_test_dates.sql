-- How a revision of a test is taken, beside the document that it is part of: lists and timelines ask for the dates of
-- many tests, and must not unpack every question of each.

alter table assessment_revision
    add column settings jsonb not null generated always as (document -> 'settings') stored;
