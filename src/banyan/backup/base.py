"""A base backup: the files of the database, the log that makes them one moment, and what the tables held then."""

import asyncio
import hashlib
import secrets
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from banyan import __version__
from banyan.backup.fingerprint import point, prints
from banyan.backup.manifest import Manifest, check_files, read_manifest
from banyan.backup.model import Backup, Identity, Part, TablePrint
from banyan.backup.programs import connection_string
from banyan.backup.repository import BackupStore
from banyan.backup.source import Source
from banyan.backup.unpacking import unpack
from banyan.backup.wal import format_lsn, parse_lsn
from banyan.kit.problems import Unavailable

__all__ = ["MANIFEST", "create"]

log = structlog.get_logger(__name__)
MANIFEST = "backup_manifest"
_DRAFT = "backup-draft-"
_LOG = "pg_wal.tar.gz"
_PATIENCE = 60.0  # seconds for the log of the last moments


async def create(source: Source, store: BackupStore, data: Path) -> Backup:
    """Make one, check it, and put it into the store; it counts from when all of it is there.

    Args:
        data: the folder that it is put together in; what is left there of one that was killed is thrown away.

    Raises:
        Busy: another one is being made.
        ForeignStore: the store belongs to another database.
        OneOfMany: it would lack what lies on other nodes.
        Unavailable: PostgreSQL refuses, or the store; nothing is left behind.
    """
    node = await source.node()
    major = await source.check()
    identity = await source.identity()
    await store.claim(identity)
    async with source.alone():
        for left in data.glob(f"{_DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=data))
        try:
            return await _create(source, store, draft, identity, major, node)
        finally:
            await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)


async def _create(source: Source, store: BackupStore, draft: Path, identity: Identity, major: int, node: str) -> Backup:
    started_at = datetime.now(UTC)
    name = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    url, password = connection_string(source.url)
    await source.programs.run(
        "pg_basebackup", "-d", url, "-D", str(draft / "base"), "--format=tar", "--wal-method=stream",
        "--checkpoint=fast", "--compress=client-gzip:4", "--manifest-checksums=SHA256", "--no-sync", "--no-password",
        "--label", f"banyan {name}", password=password,
    )  # fmt: skip
    manifest = await asyncio.to_thread(_checked, draft / "base")
    end = await _add_log(source, draft, manifest, url, password)
    parts = {}
    for path in sorted((draft / "base").iterdir()):
        parts[path.name] = await asyncio.to_thread(_part, path)
        await store.put(f"base/{name}/{path.name}", path)
    backup = Backup(
        id=name,
        started_at=started_at,
        ended_at=end.at,
        timeline=manifest.timeline,
        start_lsn=manifest.start_lsn,
        end_lsn=end.lsn,
        major=major,
        banyan=__version__,
        identity=identity,
        size=sum(size for size, _ in manifest.files.values()),
        parts=parts,
        wal=sorted(path.name.removesuffix(".partial") for path in (draft / "wal").iterdir()),
        tables=end.tables,
        node=node,
    )
    await store.put(f"base/{name}/backup.json", msgspec.json.format(msgspec.json.encode(backup), indent=1))
    log.info("backup_made", id=name, bytes=backup.stored_size, until=end.at.isoformat())
    return backup


@dataclass(frozen=True, slots=True)
class _End:
    at: datetime
    lsn: int
    tables: dict[str, TablePrint] | None


async def _add_log(source: Source, draft: Path, manifest: Manifest, url: str, password: str) -> _End:
    """Add the log up to a moment at which it is known what the tables hold."""
    folder = draft / "wal"
    await asyncio.to_thread(_unpack, draft / "base" / _LOG, folder)
    async with point(source) as quiet:
        if quiet is None:
            log.warning("backup_not_compared", reason="transactions that write never paused for 200 ms")
        at, lsn = (quiet.at, quiet.lsn) if quiet else await _now(source)
        async with source.connection() as connection:  # something has to come after it
            await connection.execute("select pg_logical_emit_message(true, 'banyan', 'backup')")
        receiving = source.programs.run(
            "pg_receivewal", "-d", url, "-D", str(folder), "--no-loop", "--no-sync", "--no-password",
            "--endpos", format_lsn(lsn), password=password,
        )  # fmt: skip
        try:
            await asyncio.wait_for(receiving, _PATIENCE)
        except TimeoutError:
            raise Unavailable(f"The log up to {format_lsn(lsn)} did not come within {_PATIENCE:.0f} s.") from None
        tables = await prints(quiet.connection) if quiet else None
    await asyncio.to_thread(_pack, folder, draft / "base" / _LOG)
    return _End(at, lsn, tables)


async def _now(source: Source) -> tuple[datetime, int]:
    async with source.connection() as connection:
        (row,) = await connection.fetch("select clock_timestamp() as at, pg_current_wal_flush_lsn()::text as lsn")
    return row["at"], parse_lsn(row["lsn"])


def _checked(folder: Path) -> Manifest:
    manifest = read_manifest((folder / MANIFEST).read_bytes())
    with (folder / "base.tar.gz").open("rb") as archive:
        check_files(manifest, archive)
    return manifest


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        unpack(tar, folder)


def _pack(folder: Path, archive: Path) -> None:
    with tarfile.open(archive, "w:gz", compresslevel=4) as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name.removesuffix(".partial"))


def _part(path: Path) -> Part:
    with path.open("rb") as content:
        return Part(path.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())
