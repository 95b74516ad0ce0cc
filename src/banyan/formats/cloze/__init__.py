"""Cloze: a text with answers embedded in it, `{1:MULTICHOICE:=Paris~Rome}`, as Moodle writes it."""

from banyan.formats.cloze.reading import Embedded, find_gaps, read_gap
from banyan.formats.cloze.writing import written_cloze

__all__ = ["Embedded", "find_gaps", "read_gap", "written_cloze"]
