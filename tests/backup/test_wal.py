"""The log's files: what they are called, and whether they are what they are called."""

import struct

import pytest

from banyan.backup.model import Damaged, Identity
from banyan.backup.packing import compress, decompress
from banyan.backup.wal import Fork, Segment, check_content, format_lsn, is_history, parse_history, parse_lsn

SIZE = 1 << 24
OURS = Identity("7710908072663457762", SIZE)


def segment(*, timeline: int = 1, number: int = 3, system: str = OURS.system, size: int = SIZE) -> bytes:
    head = struct.pack("=HHIQI4xQII", 0xD118, 2, timeline, number * SIZE, 0, int(system), SIZE, 8192)
    return head + bytes(size - len(head))


@pytest.mark.parametrize(
    ("name", "number"),
    [("000000010000000000000000", 0), ("0000000100000000000000FF", 255), ("000000010000000100000000", 256)],
)
def test_a_name_is_a_number_on_a_timeline(name: str, number: int) -> None:
    assert Segment.parse(name, SIZE) == Segment(1, number)
    assert Segment(1, number).name(SIZE) == name


def test_other_sizes_count_otherwise() -> None:
    assert Segment.parse("0000000A0000000200000001", 1 << 30) == Segment(10, 9)
    assert Segment.at(1, parse_lsn("2/40000000"), 1 << 30) == Segment(1, 9)


@pytest.mark.parametrize("name", ["", "00000001.history", f"{1:024X}.partial", "00000001000000000000000g"])
def test_other_names_are_none_of_a_segment(name: str) -> None:
    assert Segment.parse(name, SIZE) is None


def test_positions_are_read_and_written_as_postgresql_does() -> None:
    assert parse_lsn("16/B374D848") == 0x16B374D848
    assert format_lsn(0x16B374D848) == "16/B374D848"
    assert format_lsn(40) == "0/28"


def test_a_history_tells_where_timelines_were_left() -> None:
    text = "1\t0/5000000\tno recovery target specified\n\n2\t1/A0000F8\tbefore 2026-01-01 10:00:00+00\n"
    assert parse_history(text) == [Fork(1, 0x5000000), Fork(2, 0x10A0000F8)]
    assert is_history("0000000A.history")
    assert not is_history("000000010000000000000001")


def test_a_segment_is_what_it_is_called() -> None:
    check_content("000000010000000000000003", segment(), OURS)
    check_content("000000020000000000000003", segment(timeline=1), OURS)  # a copy, where a timeline begins


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (segment()[:-1], "16777215 bytes"),
        (b"", "0 bytes"),
        (bytes(SIZE), "does not begin like"),
        (segment(number=4), "another part"),
        (segment(timeline=2), "another part"),
        (segment(system="1"), "another database"),
    ],
)
def test_what_is_not_is_told(content: bytes, complaint: str) -> None:
    with pytest.raises(Damaged, match=complaint):
        check_content("000000010000000000000003", content, OURS)


def test_what_is_packed_twice_is_the_same_and_what_is_cut_is_told() -> None:
    content = segment()
    packed = compress(content)
    assert packed == compress(content)
    assert decompress(packed) == content
    for broken in (packed[:-1], packed[: len(packed) // 2], b"", b"nonsense"):
        with pytest.raises(Damaged):
            decompress(broken)
