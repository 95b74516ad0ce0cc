"""How far a backup reaches: no further than the log goes on without a gap."""

from datetime import UTC, datetime, timedelta

import pytest

from banyan.backup.chain import choose, covered, reach_of
from banyan.backup.index import Index, Stored, parse_path, segment_path
from banyan.backup.model import Backup, Identity, NotCovered
from banyan.backup.wal import Fork, Segment
from banyan.kit.objects import Kept

SIZE = 1 << 24
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def backup(start: int = 2, at: float = 0, timeline: int = 1, name: str = "a") -> Backup:
    """One that began in segment `start` and ended in the middle of the next, at `at` minutes."""
    return Backup(
        id=name, started_at=minutes(at - 1), ended_at=minutes(at), timeline=timeline, start_lsn=start * SIZE + 40,
        end_lsn=(start + 1) * SIZE + 4000, major=18, banyan="0", identity=Identity("7", SIZE), size=1, parts={},
        wal=[Segment(timeline, number).name(SIZE) for number in (start, start + 1)], tables=None,
    )  # fmt: skip


def index(*segments: tuple[int, int, float], partial: tuple[int, int, float] | None = None) -> Index:
    """Segments by timeline, number, and the minute of their last commit."""
    made = Index()
    for timeline, number, at in segments:
        stored = named(timeline, number, at)
        made.whole.setdefault(stored.segment, []).append(stored)
    if partial:
        stored = named(*partial, partial=True)
        made.partial[stored.segment] = stored
    return made


def named(timeline: int, number: int, at: float, sha: str = "0", *, partial: bool = False) -> Stored:
    name = Segment(timeline, number).name(SIZE)
    path = segment_path(name, sha * 64, minutes(at), partial=partial)
    stored = parse_path(Kept(path, 1, NOON), SIZE)
    assert stored is not None
    return stored


def test_by_itself_it_reaches_to_its_end() -> None:
    reach = reach_of(backup(), Index())
    assert (reach.since, reach.until, reach.line, reach.gaps) == (NOON, NOON, [], [])


def test_with_the_log_it_reaches_to_the_last_commit() -> None:
    reach = reach_of(backup(), index((1, 2, 0), (1, 3, 5), (1, 4, 9)))
    assert (reach.until, reach.gaps, reach.end) == (minutes(9), [], 5 * SIZE)


def test_its_own_log_ends_in_the_middle_of_a_segment() -> None:
    reach = reach_of(backup(), index((1, 4, 5)))
    assert (reach.until, reach.gaps) == (NOON, [f"the segment {Segment(1, 3).name(SIZE)}"])


def test_a_gap_ends_it_and_is_told() -> None:
    reach = reach_of(backup(), index((1, 3, 5), (1, 5, 9), (1, 8, 20)))
    assert reach.until == minutes(5)
    assert [stored.segment.number for stored in reach.line] == [3]
    assert reach.gaps == [f"the segment {Segment(1, number).name(SIZE)}" for number in (4, 6, 7)]


def test_many_missing_segments_are_told_together() -> None:
    reach = reach_of(backup(), index((1, 9, 5)))
    assert reach.gaps == ["6 segments from 000000010000000000000003 to 000000010000000000000008"]


def test_an_unfinished_segment_counts_until_its_last_commit() -> None:
    reach = reach_of(backup(), index((1, 3, 5), partial=(1, 4, 7)))
    assert (reach.until, reach.end) == (minutes(7), 4 * SIZE)


def test_what_lies_before_it_does_not_matter() -> None:
    assert reach_of(backup(start=5), index((1, 1, -9), (1, 6, 3))).gaps == []


def test_it_follows_the_newest_timeline_that_leads_through_it() -> None:
    found = index((1, 3, 5), (1, 4, 8), (1, 5, 12), (2, 4, 7), (2, 5, 20))
    found.histories[2] = [Fork(1, 4 * SIZE + 100)]
    reach = reach_of(backup(), found)
    assert (reach.timeline, reach.until, reach.gaps) == (2, minutes(20), [])
    assert [(each.segment.timeline, each.segment.number) for each in reach.line] == [(1, 3), (2, 4), (2, 5)]
    old = reach_of(backup(), found, timeline=1)
    assert (old.timeline, old.until) == (1, minutes(12))


def test_while_a_new_timeline_has_nothing_the_old_one_does_where_it_began() -> None:
    found = index((1, 3, 5), (1, 4, 8))
    found.histories[2] = [Fork(1, 4 * SIZE + 100)]
    assert reach_of(backup(), found).until == minutes(8)


def test_a_backup_of_a_timeline_that_was_left_before_stays_on_its_own() -> None:
    found = index((1, 6, 5), (2, 4, 30))
    found.histories[2] = [Fork(1, 4 * SIZE)]
    assert reach_of(backup(start=5), found).timeline == 1
    with pytest.raises(NotCovered, match="does not lead to timeline 2"):
        reach_of(backup(start=5), found, timeline=2)


def test_a_timeline_without_its_history_is_told() -> None:
    reach = reach_of(backup(), index((1, 3, 5), (2, 4, 9)))
    assert (reach.until, reach.gaps) == (minutes(5), ["the history of timeline 2 (file 00000002.history)"])


def test_two_servers_that_wrote_the_same_segment_end_it() -> None:
    found = index((1, 3, 5), (1, 4, 8))
    found.whole[Segment(1, 4)].append(named(1, 4, 8, sha="f"))
    reach = reach_of(backup(), found)
    assert reach.until == minutes(5)
    assert "two servers wrote it" in reach.gaps[0]


def test_for_a_moment_the_last_backup_before_it_is_taken() -> None:
    both = [backup(2, 0, name="a"), backup(4, 10, name="b")]
    found = index((1, 3, 5), (1, 4, 11), (1, 5, 20))
    assert choose(both, found, minutes(7)).backup.id == "a"
    assert choose(both, found, minutes(15)).backup.id == "b"
    assert choose(both, found, None).backup.id == "b"
    assert choose(both, found, minutes(20)).backup.id == "b"


def test_a_gap_after_the_last_backup_does_not_hide_what_the_one_before_reaches() -> None:
    both = [backup(2, 0, name="a"), backup(4, 10, name="b")]
    found = index((1, 3, 5), (1, 6, 30))
    assert choose(both, found, None).backup.id == "b"
    assert choose(both, found, minutes(4)).backup.id == "a"
    with pytest.raises(NotCovered) as caught:
        choose(both, found, minutes(7))
    told = str(caught.value)
    assert told.count("2026-03-01") == 4
    assert "They cover" in told


@pytest.mark.parametrize("at", [-1, 31])
def test_what_is_not_covered_is_told_with_what_is(at: float) -> None:
    with pytest.raises(NotCovered, match=r"do not reach .* They cover .* to "):
        choose([backup()], index((1, 3, 30)), minutes(at))


def test_times_that_touch_are_told_as_one() -> None:
    both = [backup(2, 0), backup(4, 10)]
    found = index((1, 3, 5), (1, 4, 11), (1, 5, 20))
    assert covered([reach_of(each, found) for each in both]) == [(NOON, minutes(20))]
