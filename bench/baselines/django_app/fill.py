"""Makes the application's own tables, in the schema `lms`, and fills them with what Banyan's hold.

DJANGO_DATABASE_URL=postgresql://… python -m bench.baselines.django_app.fill
"""

import os

import django
from django.core.management import call_command
from django.db import connection

_STATEMENTS = (
    "insert into lms_account (id, name, email, role) select id, name, email, role from public.account",
    """
    insert into lms_token (digest, account_id, expires_at)
    select encode(token_hash, 'hex'), account_id, expires_at from public.session
    """,
    """
    insert into lms_course (id, title, summary, category, difficulty, language, state, enrolment, places, revision,
                            version, published_at)
    select c.id, p.title, p.summary, p.category, p.difficulty, p.language, c.state, c.enrolment, c.places, p.revision,
           c.version, p.published_at
      from public.course c
      join public.publication p on p.course_id = c.id
    """,
    "insert into lms_staff (course_id, account_id, role) select course_id, account_id, role from public.course_staff",
    "insert into lms_module (id, course_id, position, title) select id, course_id, position, title from public.module",
    """
    insert into lms_item (id, module_id, position, kind, title, source, minutes, release_at, due_at)
    select id, module_id, position, kind, title, source, minutes, release_at, due_at from public.item
    """,
    """
    insert into lms_enrolment (learner_id, course_id, enrolled_at, completed_at)
    select learner_id, course_id, enrolled_at, completed_at from public.enrolment
    """,
    """
    insert into lms_progress (enrolment_id, item_id, state, place, updated_at)
    select e.id, p.item_id, p.state, p.place, p.updated_at
      from public.progress p
      join lms_enrolment e on e.learner_id = p.learner_id and e.course_id = p.course_id
    """,
    "vacuum analyze",
)


def fill() -> None:
    """Make and fill the tables; there must be none yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.baselines.django_app.settings")
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("create schema lms")
        call_command("migrate", run_syncdb=True, verbosity=0)
        for statement in _STATEMENTS:
            cursor.execute(statement)


if __name__ == "__main__":
    fill()
