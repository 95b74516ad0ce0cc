"""Question files of other programs, read and written: GIFT, Aiken, Moodle XML, and tables.

Each format has `detect(name, data)`, `read(data)` and `write(questions)`. What cannot be read is reported with its line
and the rest comes in; what a format cannot hold is reported by its writer. Nothing raises but `Unreadable`, and
`TooLarge` which is one.
"""

from banyan.formats.exchange import ENDINGS, MEDIA_TYPES, detect, read_as, write_as
from banyan.formats.exporting import export_questions
from banyan.formats.importing import import_questions, preview_questions
from banyan.formats.model import Format, TooLarge, Unreadable, Written
from banyan.formats.results import ImportResult
from banyan.formats.routes import ROUTES
from banyan.formats.spreadsheet.cells import guarded
from banyan.kit.domain import Domain

__all__ = [
    "DOMAIN",
    "ENDINGS",
    "MEDIA_TYPES",
    "Format",
    "ImportResult",
    "TooLarge",
    "Unreadable",
    "Written",
    "detect",
    "export_questions",
    "guarded",
    "import_questions",
    "preview_questions",
    "read_as",
    "write_as",
]

DOMAIN = Domain(name="formats", routes=ROUTES)
