"""GIFT as Moodle reads it: https://docs.moodle.org/en/GIFT_format, question/format/gift."""

import re

from banyan.formats.categories import read_category
from banyan.formats.decoding import decode, glance
from banyan.formats.gathering import Gathering
from banyan.formats.gift.answers import Prose, body_of, split_format
from banyan.formats.gift.chunks import Chunk, chunks
from banyan.formats.gift.escapes import hide, show
from banyan.formats.model import Faulty
from banyan.formats.particulars import read_particulars, with_particulars
from banyan.formats.prose import BREAK, shortened, title_of
from banyan.questions import Body, Question, Reading

__all__ = ["PARTICULARS", "detect", "read", "read_text"]

PARTICULARS = "banyan:"
"""Begins a comment that holds what GIFT has no place for."""

_BLANK = "_____"
_PLACE = "@@PLUGINFILE@@"
_ID = re.compile(r"\[id:((?:[^\]\\]|\\.)*)\]")
_TAG = re.compile(r"\[tag:((?:[^\]\\]|\\.)*)\]")
_UNESCAPED = re.compile(r"\\(.)")
_ANSWERED = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}")
_CATEGORY = "$CATEGORY:"


def detect(name: str, data: bytes) -> bool:
    """Whether this looks like GIFT."""
    text = glance(data).lstrip()
    if text.startswith("<") and name.casefold().endswith(".xml"):
        return False
    return _CATEGORY in text or _ANSWERED.search(text) is not None or name.casefold().endswith(".gift")


def read(data: bytes) -> Reading:
    """All questions of a file.

    Raises:
        TooLarge: it has too many bytes or questions.
        Unreadable: it is no text.
    """
    decoded = decode(data)
    gathering = Gathering(decoded)
    read_text(decoded.text, gathering)
    return gathering.reading()


def read_text(text: str, gathering: Gathering) -> None:
    """All questions of a text."""
    category: list[str] = []
    for chunk in chunks(text):
        if chunk.text.startswith(_CATEGORY):
            path = show(hide(chunk.text[len(_CATEGORY) :])).replace(BREAK, " ")
            category = read_category(path, chunk.line, gathering)
            continue
        try:
            _read_chunk(chunk, category, gathering)
        except Faulty as faulty:
            gathering.fault(chunk.line, faulty, chunk.text)


def _read_chunk(chunk: Chunk, category: list[str], gathering: Gathering) -> None:
    title, text = _split_title(hide(chunk.text.strip()))
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        detail = "A text without braces asks nothing; it was left out."
        gathering.warn(chunk.line, "description", detail, title or show(text))
        return
    if start < 0 or end < start or "{" in text[end:] or "}" in text[end + 1 :] or "{" in text[start + 1 : end]:
        raise Faulty("braces", "The braces do not match, or there is more than one pair of them.")
    default, stem = split_format(_stem(text, start, end), "moodle")
    prose = Prose(default)
    answers, separator, remark = text[start + 1 : end].strip().rpartition("####")
    answers, remark = (answers.strip(), remark) if separator else (remark.strip(), "")
    body = body_of(answers, prose.read(f"[{default}]{stem}"), prose.read(remark) if remark else "", prose)
    question = _question(title, body, chunk, category, gathering)
    if prose.lost:
        names = ", ".join(sorted(prose.lost))
        gathering.warn(chunk.line, "removed_html", f"Left out, as it could do harm: {names}.", question.title)
    if _PLACE in text:
        gathering.warn(chunk.line, "missing_file", "A text names a file that is not in here.", question.title)
    gathering.add(chunk.line, question)


def _split_title(text: str) -> tuple[str, str]:
    if not text.startswith("::"):
        return "", text
    title, end, rest = text[2:].partition("::")
    if not end:
        return "", text[2:]
    return " ".join(show(title).replace(BREAK, " ").split()), rest.strip()


def _stem(text: str, start: int, end: int) -> str:
    """The question without its answers: a blank stands for those in the middle of it."""
    before, after = text[:start], text[end + 1 :]
    return before + _BLANK + after if after.strip() else before


def _question(title: str, body: Body, chunk: Chunk, category: list[str], gathering: Gathering) -> Question:
    comments = "\n".join(comment for comment in chunk.comments if not comment.startswith(PARTICULARS))
    tags = list(dict.fromkeys(filter(None, (_unescaped(tag) for tag in _TAG.findall(comments)))))
    code = _ID.search(comments)
    question = Question(
        title=shortened(title, 255) or title_of(body.text),
        body=body,
        tags=tags,
        category=category,
        code=_unescaped(code[1]) if code else "",
    )
    for comment in chunk.comments:
        if not comment.startswith(PARTICULARS):
            continue
        wanted = read_particulars(comment[len(PARTICULARS) :].strip())
        fitting = with_particulars(question, wanted) if wanted is not None else None
        if fitting is None:
            detail = "The question was changed since it was exported; what stands in its comment was left out."
            gathering.warn(chunk.line, "particulars", detail, question.title)
        else:
            question = fitting
    return question


def _unescaped(text: str) -> str:
    return _UNESCAPED.sub(r"\1", text).strip()
