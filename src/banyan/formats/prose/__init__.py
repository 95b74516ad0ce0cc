"""Texts of other programs as Markdown: plain ones, HTML, and mathematics in either."""

from banyan.formats.prose.markup import markdown_of_html
from banyan.formats.prose.plain import BREAK, markdown_of_plain
from banyan.formats.prose.reading import ProseFormat, read_prose
from banyan.formats.prose.titles import shortened, title_of

__all__ = ["BREAK", "ProseFormat", "markdown_of_html", "markdown_of_plain", "read_prose", "shortened", "title_of"]
