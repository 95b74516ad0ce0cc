-- Both this index and the primary key begin with the test, and while a test has no attempts yet they look equally good to
-- the planner. A plan made then would later read all attempts at the test to find one. The other way round nothing else
-- serves a learner's own, and no one looks here for an attempt.

drop index attempt_result_learner;
create index attempt_result_learner on attempt_result (learner_id, assessment_id, number);
