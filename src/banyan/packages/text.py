"""Markdown files as texts: their characters, their front matter, their title."""

import re
from typing import NamedTuple

from banyan.kit.markdown import LONGEST_SOURCE, render
from banyan.packages.fields import LONGEST_TITLE, Fields, tidy
from banyan.packages.model import Asset
from banyan.packages.paths import spoken
from banyan.packages.plain_yaml import BadYaml, Node, read_yaml
from banyan.packages.report import Report

__all__ = ["Text", "read_characters", "read_text"]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^(\w+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_HEADING = re.compile(
    r"(?:[ \t]*\n)*(#{1,6}[ \t]+[^\n]+|[^\s#>*+`~:|\-\d][^\n]*\n(?:=+|-+)[ \t]*)(?:\n(?:[ \t]*\n)*|\Z)"
)


class Text(NamedTuple):
    """A Markdown file: its fields, the title that it has by itself (or none), its body, and the lines before that."""

    fields: Fields
    title: str
    body: str
    offset: int


def read_characters(asset: Asset, report: Report, longest: int) -> str | None:
    """A file's text with line ends `\\n`; None, reported, when it is too long."""
    with asset.open() as file:
        content = file.read(min(LONGEST_SOURCE, 4 * longest) + 1)
    text = _decoded(content, asset.path, report)
    if len(content) > min(LONGEST_SOURCE, 4 * longest) or len(text) > longest:
        report.lose(asset.path, None, "too_large", f"The text is longer than {longest} characters; it was left out.")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�")


def _decoded(content: bytes, path: str, report: Report) -> str:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.warn(path, None, "not_utf8", "The text is not UTF-8; it was read as Windows-1252. Look at its accents.")
        return content.decode("cp1252", "replace")


def read_text(characters: str, path: str, report: Report) -> Text:
    """Take a file apart. Its title is in the front matter, or is the first heading, which then leaves the body."""
    match = _FRONT_MATTER.match(characters)
    node = _front_matter(match[1], path, report) if match else None
    body = characters
    if match and node is not None:
        body = characters[match.end() :].removeprefix("\n")
    fields = Fields(node or Node(None, 1), path, report, offset=1)
    title = fields.text("title")
    if not title:
        title, body = _heading(body, path, report)
    return Text(fields, title, body, characters[: len(characters) - len(body)].count("\n"))


def _front_matter(source: str, path: str, report: Report) -> Node | None:
    """The fields; None when what stands between the lines is prose. From broken YAML, what can be saved."""
    try:
        node = read_yaml(source)
    except BadYaml as bad:
        found = {name: Node(value.strip().strip("\"'"), 1) for name, value in _FIELD.findall(source)}
        if not found:
            return None
        report.warn(path, bad.line + 1, "bad_front_matter", f"{bad.detail} What could be read of it was taken.")
        return Node({name: found[name] for name in found if name == "title"}, 1)
    return node if isinstance(node.value, dict) or node.value is None else None


def _heading(body: str, path: str, report: Report) -> tuple[str, str]:
    match = _HEADING.match(body)
    contents = render(match[1] if match else body).toc
    title = tidy(contents[0].title) if contents else ""
    if len(title) > LONGEST_TITLE:
        report.warn(path, None, "title_cut", "The first heading is too long for a title; the file's name was taken.")
        return spoken(path), body
    return title, body[match.end() :] if match and title else body
