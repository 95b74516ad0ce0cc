"""`course.yaml`: what Markdown cannot say about a course. Export writes it; people may write it by hand.

    title: How a banyan grows
    summary: From a seed in a crown to a forest of one tree.
    category: Biology
    difficulty: beginner
    language: en
    cover: fig/cover.svg
    modules:
      - title: Roots
        items:
          - lesson: 01-roots/01-seed.md        its title is in its front matter
            minutes: 5
          - link: https://example.org/figs
            title: Figs of the world
            due: 2026-09-01T08:00:00Z
          - video: film.mp4                     or an address
            title: A year in a minute
            text: 01-roots/film.md              words to go with it
          - file: handout.pdf
            title: The handout
            release: 2026-08-01T08:00:00Z
          - test: 01-roots/02-what-we-know.json   see `bank`
            title: What we know
    assets: [fig/cover.svg, film.mp4, handout.pdf]

Without `modules`, folders and files are the order. `assets` are files to keep though no text refers to them.
"""

from datetime import datetime
from typing import Any, NamedTuple

import yaml

from banyan.packages.fields import Fields
from banyan.packages.model import Kind, Package, PackageItem

__all__ = ["NAME", "Entry", "entries", "manifest_of"]

NAME = "course.yaml"
_LONGEST_NAME = 2_000
_KINDS: tuple[Kind, ...] = ("lesson", "file", "video", "link", "test")
_WRITTEN = ("lesson", "test")  # what is a file of its own


class Entry(NamedTuple):
    """An item as the manifest has it: what it names is a path or an address."""

    kind: Kind
    names: str
    fields: Fields


def entries(module: Fields) -> list[Entry]:
    """The items of a module. An entry that is a mere path is a lesson."""
    found = []
    for fields in module.mappings("items"):
        kinds = [kind for kind in _KINDS if kind in fields]
        if "" in fields:
            found.append(Entry("lesson", fields.text("", _LONGEST_NAME), fields))
        elif len(kinds) == 1:
            found.append(Entry(kinds[0], fields.text(kinds[0], _LONGEST_NAME), fields))
        else:
            fields.complain("", "An item has exactly one of lesson, file, video, link, test.")
    return found


def manifest_of(package: Package) -> str:
    """The manifest of a package whose items have paths."""
    about: dict[str, Any] = {
        "title": package.title,
        "summary": package.summary,
        "category": package.category,
        "difficulty": package.difficulty,
        "language": package.language,
        "cover": package.cover,
    }
    modules = [{"title": module.title, "items": [_entry(item) for item in module.items]} for module in package.modules]
    document = {name: value for name, value in about.items() if value}
    document |= {"modules": modules, "assets": sorted(package.assets)}
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def _entry(item: PackageItem) -> dict[str, Any]:
    entry: dict[str, Any] = {item.kind: item.path if item.kind in _WRITTEN else item.asset or item.url or ""}
    if item.kind == "test":
        entry |= {"title": item.title}
    elif item.kind != "lesson":
        entry |= {"title": item.title, "text": item.path if item.source else None}
    entry |= {"minutes": item.minutes, "release": _moment(item.release_at), "due": _moment(item.due_at)}
    return {name: value for name, value in entry.items() if value is not None}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
