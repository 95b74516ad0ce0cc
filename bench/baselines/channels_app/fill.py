"""Makes the application's own tables, in the schema `talk`, and fills them with the members of Banyan's study groups.

DJANGO_DATABASE_URL=postgresql://… python -m bench.baselines.channels_app.fill
"""

import os

import django
from django.core.management import call_command
from django.db import connection

_STATEMENTS = (
    """
    insert into talk_account (id, name)
    select id, name from public.account where id in (select account_id from public.group_member)
    """,
    """
    insert into talk_token (digest, account_id, expires_at)
    select encode(token_hash, 'hex'), account_id, expires_at
      from public.session
     where account_id in (select id from talk_account)
    """,
    "insert into talk_room (id) select id from public.study_group",
    "insert into talk_member (room_id, account_id) select group_id, account_id from public.group_member",
    "vacuum analyze",
)


def fill() -> None:
    """Make and fill the tables; there must be none yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.baselines.channels_app.settings")
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("create schema talk")
        call_command("migrate", run_syncdb=True, verbosity=0)
        for statement in _STATEMENTS:
            cursor.execute(statement)


if __name__ == "__main__":
    fill()
