"""Backups: base backups and the log that follows them, in a folder or any object store, and what restores them.

A base backup can be restored to its end by itself. Where the log is brought to the store too (`[backup] url` is set),
any moment since the oldest one can be restored.
"""

from banyan.backup.cluster import points
from banyan.backup.files import copy_files
from banyan.backup.jobs import PERIODIC
from banyan.backup.metrics import FIGURES
from banyan.backup.model import Backup, Drill, NoBackup, NotCovered, OneOfMany, TablePrint
from banyan.backup.moments import parse_moment, written
from banyan.backup.receiving import Receiver
from banyan.backup.repository import BackupStore
from banyan.backup.restore import Restored
from banyan.backup.service import Backups
from banyan.backup.standing import Archiver, Standing, standing
from banyan.backup.verify import Verdict
from banyan.kit.domain import Domain
from banyan.kit.objects import StoreUnreachable

__all__ = [
    "DOMAIN",
    "Archiver",
    "Backup",
    "BackupStore",
    "Backups",
    "Drill",
    "NoBackup",
    "NotCovered",
    "OneOfMany",
    "Receiver",
    "Restored",
    "Standing",
    "StoreUnreachable",
    "TablePrint",
    "Verdict",
    "copy_files",
    "parse_moment",
    "points",
    "standing",
    "written",
]

DOMAIN = Domain("backup", periodic=PERIODIC, figures=FIGURES)
