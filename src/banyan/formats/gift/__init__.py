"""GIFT, Moodle's format for questions as plain text."""

from banyan.formats.gift.reading import detect, read
from banyan.formats.gift.writing import write

__all__ = ["detect", "read", "write"]
