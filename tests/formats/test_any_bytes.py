"""Any bytes are read or refused, in bounded time; and whatever they are encoded in."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.formats import Format, TooLarge, Unreadable, detect, gift, moodle_xml, read_as
from banyan.formats.model import LARGEST_FILE, MOST_PROBLEMS, MOST_QUESTIONS

_FORMATS: list[Format] = ["gift", "aiken", "moodle_xml", "csv"]
_WORDS = """{ } = ~ # :: \\ -> // $CATEGORY: A) ANSWER: <quiz> </quiz> <question> </question> <text> </text> <!-- ]]>
    {1:SA:= %50% [html] <p> <b> </b> &#x0; &amp; ' " , ; text kind T x 900 3:2 .. #### banyan:"""
_PIECES = st.sampled_from([*_WORDS.split(), "\n", "\n\n", " "])
_SOUP = (
    st.lists(_PIECES | st.text(max_size=3), max_size=60).map("".join).map(lambda text: text.encode("utf-8", "replace"))
)
_HEADED = st.builds(
    lambda head, tail: head + tail,
    st.sampled_from(
        [
            b'<quiz><question type="cloze"><questiontext><text>',
            b"<quiz>",
            b"kind,text,answer 1,correct\n",
            b"q?\nA) x\n",
        ]
    ),
    _SOUP,
)


@pytest.mark.parametrize("format_name", _FORMATS)
@settings(deadline=2_000, max_examples=150)
@given(data=st.binary(max_size=300) | _SOUP | _HEADED)
def test_any_bytes_are_read_or_refused(format_name: Format, data: bytes) -> None:
    try:
        reading = read_as(format_name, data)
    except Unreadable:
        return
    assert reading.questions or reading.problems


@settings(deadline=2_000, max_examples=150)
@given(data=st.binary(max_size=300) | _SOUP)
def test_any_bytes_have_a_format_or_none(data: bytes) -> None:
    with suppress(Unreadable):
        assert detect("file", data) in _FORMATS


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "\\(",
        "*a",
        "{",
        "{}\n",
        "::a\n\n{\n\n",
        "{1:SA:",
        "\\}",
        "<!--",
        '<a "',
        "A) x\n",
        "<question><a>",
        '"',
        "[id:",
        "_a ",
    ],
)
@pytest.mark.parametrize("format_name", _FORMATS)
def test_repetition_does_not_make_it_slow(format_name: Format, piece: str) -> None:
    head = {"csv": "text,kind\n", "moodle_xml": '<quiz><question type="cloze"><questiontext><text>'}.get(
        format_name, "[html]"
    )
    begun = time.process_time()
    with suppress(Unreadable):
        read_as(format_name, (head + piece * (300_000 // len(piece))).encode())
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_without_a_word(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    reading = gift.read(mark + "Où est le Rhône ?{=là}".encode(encoding))
    assert ([question.title for _, question in reading.questions], reading.problems) == (["Où est le Rhône ?"], [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_utf_16_needs_no_mark(encoding: str, ending: str) -> None:
    data = f"Combien ?{{=trois}}{ending}{ending}Où ?{{=là}}".encode(encoding)
    assert detect("file", data) == "gift"
    reading = gift.read(data)
    assert ([(line, one.title) for line, one in reading.questions], reading.problems) == (
        [(1, "Combien ?"), (3, "Où ?")],
        [],
    )


def test_windows_1252_is_read_with_a_warning() -> None:
    reading = gift.read("Où est le Rhône ?{=là}".encode("cp1252"))
    assert [question.title for _, question in reading.questions] == ["Où est le Rhône ?"]
    assert [problem.code for problem in reading.problems] == ["not_utf8"]


def test_xml_in_the_encoding_that_it_declares_is_read_without_a_word() -> None:
    asked = '<question type="essay"><name><text>Źródło</text></name></question>'
    text = f'<?xml version="1.0" encoding="ISO-8859-2"?><quiz>{asked}</quiz>'
    reading = moodle_xml.read(text.encode("iso-8859-2"))
    assert ([question.title for _, question in reading.questions], reading.problems) == (["Źródło"], [])


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"PK\x03\x04\x00\x00", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    for format_name in _FORMATS:
        with pytest.raises(Unreadable):
            read_as(format_name, data)


def test_files_with_too_many_bytes_or_questions_are_refused() -> None:
    with pytest.raises(TooLarge):
        gift.read(b" " * (LARGEST_FILE + 1))
    with pytest.raises(TooLarge):
        gift.read(b"q{T}\n\n" * (MOST_QUESTIONS + 1))
    assert len(gift.read(b"q{T}\n\n" * MOST_QUESTIONS).questions) == MOST_QUESTIONS


def test_endless_problems_are_summed_up() -> None:
    problems = gift.read(b"q{\n\n" * (MOST_PROBLEMS + 5)).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].code == "too_many_problems"
