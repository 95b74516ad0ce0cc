"""All formats behind one face."""

from collections.abc import Callable, Mapping, Sequence

from banyan.formats import aiken, gift, moodle_xml, spreadsheet
from banyan.formats.model import Format, Unreadable, Written
from banyan.questions import Question, Reading

__all__ = ["ENDINGS", "MEDIA_TYPES", "detect", "read_as", "write_as"]

ENDINGS: dict[Format, str] = {"gift": ".gift.txt", "aiken": ".aiken.txt", "moodle_xml": ".xml", "csv": ".csv"}
MEDIA_TYPES: dict[Format, str] = {
    "gift": "text/plain; charset=utf-8",
    "aiken": "text/plain; charset=utf-8",
    "moodle_xml": "application/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}

# In the order of how hard it is to take one for another.
_DETECTORS: dict[Format, Callable[[str, bytes], bool]] = {
    "moodle_xml": moodle_xml.detect,
    "csv": spreadsheet.detect,
    "aiken": aiken.detect,
    "gift": gift.detect,
}
_READERS: dict[Format, Callable[[bytes], Reading]] = {
    "gift": gift.read,
    "aiken": aiken.read,
    "moodle_xml": moodle_xml.read,
    "csv": spreadsheet.read,
}
_WRITERS: dict[Format, Callable[[Sequence[Question]], Written]] = {
    "gift": gift.write,
    "aiken": aiken.write,
    "csv": spreadsheet.write,
}


def detect(name: str, data: bytes) -> Format:
    """The format of a file, by its content and its name.

    Raises:
        Unreadable: it looks like none of them.
    """
    for format_name, detects in _DETECTORS.items():
        if detects(name, data):
            return format_name
    raise Unreadable("unknown_format", "This looks like none of GIFT, Aiken, Moodle XML and CSV.")


def read_as(format_name: Format, data: bytes) -> Reading:
    """All questions of a file.

    Raises:
        TooLarge: it has too many bytes or questions.
        Unreadable: nothing can be made of it as a whole.
    """
    return _READERS[format_name](data)


def write_as(format_name: Format, questions: Sequence[Question], files: Mapping[str, bytes] | None = None) -> Written:
    """A file, and what of the questions it could not hold. Only Moodle XML takes files along."""
    if format_name == "moodle_xml":
        return moodle_xml.write(questions, files)
    return _WRITERS[format_name](questions)
