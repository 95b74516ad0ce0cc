"""Moodle XML: everything that Moodle knows about a question, with its pictures."""

from banyan.formats.moodle_xml.reading import detect, read
from banyan.formats.moodle_xml.writing import write

__all__ = ["detect", "read", "write"]
