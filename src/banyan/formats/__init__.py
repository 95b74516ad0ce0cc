"""Question files of other programs, read and written: GIFT, Aiken, Moodle XML, and tables.

Each format has `detect(name, data)`, `read(data)` and `write(questions)`. What cannot be read is reported with its line
and the rest comes in; what a format cannot hold is reported by its writer. Nothing raises but `Unreadable`, and
`TooLarge` which is one.
"""

from banyan.formats.exchange import ENDINGS, MEDIA_TYPES, detect, read_as, write_as
from banyan.formats.model import Format, TooLarge, Unreadable, Written

__all__ = [
    "ENDINGS",
    "MEDIA_TYPES",
    "Format",
    "TooLarge",
    "Unreadable",
    "Written",
    "detect",
    "read_as",
    "write_as",
]
