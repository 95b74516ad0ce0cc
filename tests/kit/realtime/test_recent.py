"""The last events of a room, kept in memory: what is told from there has no gap."""

from hypothesis import given
from hypothesis import strategies as st

from banyan.kit.realtime.recent import Recent


def frame(seq: int, size: int = 1) -> bytes:
    return f"<{seq}>".encode() + b"." * size


def filled(*seqs: int, events: int = 500, size: int = 1 << 20) -> Recent:
    recent = Recent(events, size)
    for seq in seqs:
        recent.add(seq, frame(seq))
    return recent


def test_what_came_since_is_told_in_order() -> None:
    recent = filled(5, 6, 7, 8)
    assert recent.since(6, 8) == frame(7) + frame(8)
    assert recent.since(4, 8) == frame(5) + frame(6) + frame(7) + frame(8)


def test_who_has_everything_is_told_nothing() -> None:
    assert filled(5, 6).since(6, 6) == b""
    assert filled().since(0, 0) == b""


def test_it_says_so_when_it_does_not_know_all() -> None:
    assert filled(5, 6).since(3, 6) is None
    assert filled().since(3, 6) is None
    assert filled(5, 6).since(4, 7) is None, "there is a newer one"


def test_what_is_older_is_put_before_what_is_known() -> None:
    recent = filled(5, 6)
    recent.add_older([(seq, frame(seq)) for seq in (2, 3, 4, 5)])
    assert recent.since(1, 6) == b"".join(frame(seq) for seq in (2, 3, 4, 5, 6))


def test_nothing_older_is_put_before_a_gap() -> None:
    """What was read may end before what is known begins: that came, and went for want of room, in the meantime."""
    recent = filled(8)
    recent.add_older([(seq, frame(seq)) for seq in (3, 4, 5)])
    assert recent.since(3, 8) is None
    assert recent.since(7, 8) == frame(8)


def test_nothing_newer_is_put_behind_a_gap() -> None:
    recent = filled(3, 4, 5, 9)
    assert recent.since(3, 9) is None
    assert recent.since(8, 9) == frame(9)


def test_one_too_large_to_be_kept_leaves_no_gap() -> None:
    recent = Recent(500, 1000)
    recent.add(1, frame(1))
    recent.add(2, frame(2, size=2000))
    recent.add_older([(1, frame(1))])
    assert recent.since(1, 2) is None
    recent.add(3, frame(3))
    assert recent.since(0, 3) is None
    assert recent.since(2, 3) == frame(3)


def test_what_was_forgotten_is_not_told() -> None:
    recent = filled(5, 6)
    recent.forget()
    assert recent.since(4, 6) is None
    assert recent.forgotten == 1


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("next"), st.integers(0, 120)),  # an event of this size happens
            st.tuples(st.just("lose"), st.integers(1, 4)),  # so many happen that it is not told
            st.tuples(st.just("read"), st.integers(0, 30)),  # it is told what was on disk so many events ago
            st.tuples(st.just("forget"), st.just(0)),
        ),
        max_size=60,
    ),
    st.integers(1, 12),
    st.integers(30, 400),
)
def test_whatever_it_is_told_it_tells_no_gap_and_keeps_within_its_bounds(
    story: list[tuple[str, int]], events: int, size: int
) -> None:
    recent = Recent(events, size)
    sizes: dict[int, int] = {}
    last = 0
    for what, number in story:
        if what == "next":
            last += 1
            sizes[last] = number
            recent.add(last, frame(last, number))
        elif what == "lose":
            for _ in range(number):
                last += 1
                sizes[last] = 1
        elif what == "read":
            known = range(max(1, last - number - events), last - number + 1)
            recent.add_older([(seq, frame(seq, sizes[seq])) for seq in known])
        else:
            recent.forget()
        for after in range(max(0, last - 20), last + 1):
            told = recent.since(after, last)
            assert told in (None, b"".join(frame(seq, sizes[seq]) for seq in range(after + 1, last + 1)))
        assert len(recent._frames) <= events
        assert recent._bytes == sum(len(each) for _, each in recent._frames) <= size
