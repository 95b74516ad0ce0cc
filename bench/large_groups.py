"""The classes and study groups of a large school, and what is said in them."""

__all__ = ["STEPS"]

STEPS = {
    "classes": """
        insert into class (id, school_id, course_id, name, admission)
        select pg_temp.key({class}, n), c.school_id, c.id, 'Class ' || n, 'staff'
          from generate_series(0, {all_courses} - 1) n
          join course c on c.id = pg_temp.key({course}, n)
    """,
    "people of classes": """
        insert into class_member (class_id, account_id, name)
        select k.id, r.learner_id, r.name
          from roster r
          join class k on k.course_id = r.course_id
         where right(r.learner_id::text, 1) in ('0', '4', '8', 'c')
         order by k.id, r.learner_id
    """,
    "people of classes, by account": """
        insert into class_membership (account_id, class_id) select account_id, class_id from class_member
    """,
    "study groups": """
        insert into study_group (id, school_id, course_id, class_id, name)
        select pg_temp.key({group}, n), k.school_id, k.course_id, k.id, 'Group ' || n
          from generate_series(0, {groups} * {all_courses} - 1) n
          join class k on k.id = pg_temp.key({class}, n / {groups})
    """,
    "people of groups": """
        insert into group_member (group_id, account_id, name, role, state)
        select pg_temp.key({group}, course * {groups} + learner / 4 % {groups}), account_id, name,
               case when learner % 100 = 0 then 'owner' else 'member' end,
               case when learner % 50 = 12 then 'requested' else 'active' end
          from (select *, ('x' || right(account_id::text, 8))::bit(32)::bigint as learner,
                       ('x' || right(class_id::text, 8))::bit(32)::bigint as course
                  from class_member) m
    """,
    "people of groups, by account": """
        insert into group_membership (account_id, group_id, course_id, state)
        select m.account_id, m.group_id, g.course_id, m.state
          from group_member m
          join study_group g on g.id = m.group_id
    """,
    "places of groups": """
        insert into group_places (group_id, taken)
        select g.id, count(m.account_id) filter (where m.state = 'active')
          from study_group g
          left join group_member m on m.group_id = g.id
         group by g.id
    """,
    "messages": """
        insert into message (group_id, seq, author_id, at, text, html, reply_to, deleted_at, wiped, pinned_at)
        select group_id, seq, account_id, now() - interval '1 minute' * (1000 - seq), text, text,
               case when seq % 3 = 0 then seq - 1 end, case when seq % 40 = 1 then now() - interval '1 day' end,
               seq % 40 = 1, case when seq % 9 = 8 then now() end
          from (select group_id, account_id, 'Something about part ' || right(account_id::text, 3) as text,
                       row_number() over (partition by group_id order by account_id) as seq
                  from group_member) m
    """,
    "whom messages call": """
        insert into message_call (group_id, account_id, seq, mention, told_at)
        select m.group_id, q.author_id, m.seq, false, now()
          from message m
          join message q on q.group_id = m.group_id and q.seq = m.reply_to
    """,
    "reactions": """
        insert into message_reaction (group_id, seq, emoji, account_id)
        select group_id, seq, '+1', author_id from message where seq % 2 = 0
    """,
    "files of messages": """
        insert into message_file (group_id, id, uploader_id, name, media_type, size, digest, shown)
        select group_id, pg_temp.key({file}, seq), author_id, 'a.txt', 'text/plain', 7, sha256('A note.'), seq % 9 <> 1
          from message where seq % 2 = 1
    """,
    "attachments": """
        insert into message_attachment (group_id, file_id, seq)
        select f.group_id, f.id, m.seq
          from message_file f
          join message m on m.group_id = f.group_id and pg_temp.key({file}, m.seq) = f.id
         where f.shown
    """,
    "reports": """
        insert into message_report (group_id, id, seq, reporter_id, reason, state)
        select group_id, pg_temp.key({file}, seq), seq, author_id, 'Rude',
               case when seq % 7 = 0 then 'open' else 'upheld' end
          from message where seq % 5 = 0
    """,
    "rooms": """
        insert into room (id, seq)
        select g.id, coalesce((select max(seq) from message m where m.group_id = g.id), 0) from study_group g
    """,
    "events of rooms": """
        insert into room_event (room_id, seq, type, data, author_id, key, about)
        select group_id, seq, 'message', '{{}}'::jsonb, author_id, seq::text, null from message
         union all
        select group_id, 1000000 + seq, 'message_edited', '{{}}'::jsonb, null, null, seq from message where seq % 5 = 0
    """,
    "notifications": """
        insert into notification (account_id, id, kind, data, created_at, read_at, mailed_at)
        select c.account_id, md5(c.group_id::text || c.seq)::uuid, 'reply',
               jsonb_build_object('group', jsonb_build_object('id', c.group_id), 'seq', c.seq),
               now() - interval '1 hour' * c.seq, case when c.seq % 4 > 0 then now() end, now()
          from message_call c
    """,
    "how people want their mail": """
        insert into notification_settings (account_id) select distinct account_id from notification
    """,
}
