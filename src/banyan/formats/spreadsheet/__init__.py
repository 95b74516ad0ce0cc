"""Tables of questions (CSV), as people keep them in spreadsheets."""

from banyan.formats.spreadsheet.reading import detect, read
from banyan.formats.spreadsheet.writing import write

__all__ = ["detect", "read", "write"]
