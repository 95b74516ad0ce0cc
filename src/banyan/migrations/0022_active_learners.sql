-- How many learners are active, without a look at every session.

create index account_session_seen on account_session (seen_at);
