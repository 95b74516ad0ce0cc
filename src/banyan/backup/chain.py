"""How far a backup can be restored: the unbroken line of WAL that begins with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from banyan.backup.index import Index, Stored
from banyan.backup.model import Backup, NotCovered
from banyan.backup.moments import written
from banyan.backup.wal import Fork, Segment

__all__ = ["Reach", "choose", "covered", "newest_before", "reach_of"]


@dataclass(slots=True)
class Reach:
    """What a backup can be restored to.

    Attributes:
        since, until: any moment from the one up to, not including, the other; the last commit before `until` too.
        timeline: that it ends on.
        line: the segments from the backup on.
        end: the first byte that is in none of them.
        gaps: what is wrong beyond `until`, in words.
        lacks: the files of the base backup itself that are not there, or not whole.
    """

    backup: Backup
    since: datetime
    until: datetime
    timeline: int
    line: list[Stored] = field(default_factory=list)
    end: int = 0
    gaps: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


def reach_of(backup: Backup, index: Index, timeline: int | None = None) -> Reach:
    """Follow the log from `backup` along the newest timeline that leads through it, or the one that is given.

    Raises:
        NotCovered: the timeline does not lead through the backup.
    """
    size = backup.identity.segment_size
    path = _path(backup, index, timeline)
    reach = Reach(backup, backup.ended_at, backup.ended_at, path[-1].timeline, end=backup.end_lsn)
    missing: list[str] = []
    for number in range(backup.start_lsn // size, _last_on(path, index, size) + 1):
        stored = _find(path, number, index, size)
        name = _newest(path, number, size).name(size)
        if stored is None:
            # The last segment that it brings along ends in the middle.
            if name not in backup.wal or number >= backup.end_lsn // size:
                missing.append(name)
        elif len({each.sha256 for each in index.whole.get(stored.segment, ())}) > 1:
            missing.append(f"{name} (two servers wrote it, differently)")
        elif not missing:
            reach.line.append(stored)
            reach.end = max(reach.end, (number if stored.partial else number + 1) * size)
            if stored.last_commit:
                reach.until = max(reach.until, stored.last_commit)
    reach.gaps = _in_words(missing)
    reach.gaps += [
        f"the history of timeline {known.timeline} (file {known.timeline:08X}.history)"
        for known in {each.segment.timeline: each.segment for each in _all_of(index)}.values()
        if known.timeline > 1 and known.timeline not in index.histories and known.timeline > backup.timeline
    ]
    return reach


def choose(backups: Sequence[Backup], index: Index, at: datetime | None, timeline: int | None = None) -> Reach:
    """What to restore from, to get to the moment `at`, or as far as possible.

    Raises:
        NotCovered: none reaches it; the message says what is covered.
    """
    reaches = _reaches(backups, index, timeline)
    if at is None:
        return max(reaches, key=lambda reach: (reach.until, reach.since))
    fitting = [reach for reach in reaches if reach.since <= at <= reach.until]
    if not fitting:
        raise NotCovered(f"The backups do not reach {written(at)}. They cover {_covered_in_words(reaches)}.")
    return max(fitting, key=lambda reach: reach.since)


def newest_before(backups: Sequence[Backup], index: Index, at: datetime, timeline: int | None = None) -> Reach:
    """What to restore from, to get to something in the log that was written about `at`.

    Raises:
        NotCovered: every backup is younger.
    """
    fitting = [reach for reach in _reaches(backups, index, timeline) if reach.since <= at]
    if not fitting:
        raise NotCovered(f"There is no backup of before {written(at)}.")
    return max(fitting, key=lambda reach: reach.since)


def _reaches(backups: Sequence[Backup], index: Index, timeline: int | None) -> list[Reach]:
    reaches = []
    for backup in backups:
        try:
            reaches.append(reach_of(backup, index, timeline))
        except NotCovered:
            continue
    if not reaches:
        raise NotCovered(f"No backup leads to timeline {timeline}.")
    return reaches


def covered(reaches: Sequence[Reach]) -> list[tuple[datetime, datetime]]:
    """The times that can be restored to, those that touch put together."""
    spans: list[tuple[datetime, datetime]] = []
    for reach in sorted(reaches, key=lambda reach: reach.since):
        if spans and reach.since <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], reach.until)
        else:
            spans.append((reach.since, reach.until))
    return spans


def _covered_in_words(reaches: Sequence[Reach]) -> str:
    spans = covered(reaches)
    return "; ".join(
        f"{written(since)} to {written(until)}" if until > since else written(since) for since, until in spans
    )


def _path(backup: Backup, index: Index, timeline: int | None) -> list[Fork]:
    """The timelines from the backup's on, each with the position that it begins at."""
    if timeline is None:
        led = [each for each in index.histories if _leads(backup, index.histories[each])]
        timeline = max([backup.timeline, *led])
    if timeline == backup.timeline:
        return [Fork(timeline, 0)]
    history = index.histories.get(timeline)
    if history is None or not _leads(backup, history):
        raise NotCovered(f"The backup {backup.id} does not lead to timeline {timeline}.")
    first = next(place for place, fork in enumerate(history) if fork.timeline == backup.timeline)
    later = history[first:]
    following = [fork.timeline for fork in later[1:]] + [timeline]
    return [
        Fork(backup.timeline, 0),
        *(Fork(next_one, fork.lsn) for next_one, fork in zip(following, later, strict=True)),
    ]


def _leads(backup: Backup, history: Sequence[Fork]) -> bool:
    return any(fork.timeline == backup.timeline and fork.lsn >= backup.end_lsn for fork in history)


def _newest(path: Sequence[Fork], number: int, size: int) -> Segment:
    """The segment as the newest timeline that has it calls it."""
    return Segment(max(fork.timeline for fork in path if fork.lsn // size <= number), number)


def _find(path: Sequence[Fork], number: int, index: Index, size: int) -> Stored | None:
    """PostgreSQL looks on the newest timeline first. Where it began, the one before will do while it has nothing."""
    candidates = [fork.timeline for fork in reversed(path) if fork.lsn // size <= number]
    for place, timeline in enumerate(candidates):
        found = index.find(Segment(timeline, number))
        begins_here = next(fork for fork in path if fork.timeline == timeline).lsn // size == number
        if found or not begins_here or place + 1 == len(candidates):
            return found
    return None


def _last_on(path: Sequence[Fork], index: Index, size: int) -> int:
    """The number of the last segment on the way, whatever lies before it."""
    last = -1
    for place, fork in enumerate(path):
        ends = path[place + 1].lsn // size if place + 1 < len(path) else None
        for each in _all_of(index):
            number = each.segment.number
            if each.segment.timeline == fork.timeline and (ends is None or number <= ends):
                last = max(last, number)
    return last


def _all_of(index: Index) -> list[Stored]:
    return [stored for found in index.whole.values() for stored in found] + list(index.partial.values())


def _in_words(missing: Sequence[str]) -> list[str]:
    if len(missing) <= 3:
        return [f"the segment {name}" for name in missing]
    return [f"{len(missing)} segments from {missing[0]} to {missing[-1]}"]
