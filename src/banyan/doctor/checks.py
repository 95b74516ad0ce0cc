"""All checks, by subject, as they are shown.

The production checklist of seed 001, and what the others ask for in passing, as checks that look.
"""

from collections.abc import Sequence
from difflib import get_close_matches

from banyan.doctor import (
    address,
    answers,
    archive,
    archiving,
    backups,
    cache,
    clocks,
    cluster,
    connections,
    disk,
    durability,
    encryption,
    files,
    indexes,
    jobs,
    mail,
    metrics,
    passwords,
    permissions,
    processes,
    replicas,
    role,
    schema,
    signing_in,
    upkeep,
)
from banyan.doctor.model import Check

__all__ = ["CHECKS", "SUBJECTS", "UnknownCheck", "chosen"]

CHECKS: Sequence[Check] = (
    *durability.CHECKS,
    *schema.CHECKS,
    *role.CHECKS,
    *indexes.CHECKS,
    *connections.CHECKS,
    *upkeep.CHECKS,
    *archiving.CHECKS,
    *replicas.CHECKS,
    *cluster.CHECKS,
    *backups.CHECKS,
    *cache.CHECKS,
    *jobs.CHECKS,
    *files.CHECKS,
    *archive.CHECKS,
    *mail.CHECKS,
    *address.CHECKS,
    *answers.CHECKS,
    *encryption.CHECKS,
    *signing_in.CHECKS,
    *permissions.CHECKS,
    *passwords.CHECKS,
    *metrics.CHECKS,
    *disk.CHECKS,
    *clocks.CHECKS,
    *processes.CHECKS,
)
SUBJECTS = {
    "database": "Database",
    "indexes": "Indexes",
    "connections": "Connections",
    "upkeep": "Upkeep",
    "log": "PostgreSQL's log",
    "replicas": "Replicas",
    "distribution": "Citus",
    "backups": "Backups",
    "cache": "Cache",
    "jobs": "Background work",
    "files": "Files",
    "archive": "Archive",
    "mail": "Mail",
    "site": "Site",
    "tls": "TLS",
    "sessions": "Sessions",
    "secrets": "Secrets",
    "metrics": "Metrics",
    "disk": "Disk",
    "clocks": "Clocks",
    "processes": "Processes",
}


class UnknownCheck(ValueError):
    """There is no check of this name; the message says which comes near."""


def chosen(names: Sequence[str]) -> list[Check]:
    """The checks of these names or subjects; all of them if none is named.

    Raises:
        UnknownCheck
    """
    for name in names:
        if not any(name in (each.name, each.subject) for each in CHECKS):
            known = [*SUBJECTS, *(each.name for each in CHECKS)]
            near = get_close_matches(name, known, n=1)
            raise UnknownCheck(
                f"There is no check {name}."
                + (f" Did you mean {near[0]}?" if near else f" There are {', '.join(SUBJECTS)}, and those within.")
            )
    return [each for each in CHECKS if not names or {each.name, each.subject} & set(names)]
