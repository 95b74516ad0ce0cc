"""How files make a course when no `course.yaml` says so: folders are modules, files in natural order are items.

    course/                     README.md or index.md: title and summary
      01-roots/                 a module; its README.md or index.md gives the title, and what else it says is a lesson
        01-seed.md              a lesson
        02-handout.pdf          a numbered file is an item, others only come along where a text refers to them
        03-water/index.md       a folder with nothing but an index is a lesson
      02-trunk/ …

A folder of nothing but lessons is one module. Beside the Carpentries' `config.yaml`, its list of episodes is the order.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from banyan.packages.paths import is_markdown, is_numbered, natural_key
from banyan.packages.report import Report

__all__ = ["CONFIGURATIONS", "Section", "episodes", "index_of", "is_index", "sections"]

CONFIGURATIONS = frozenset({"course.yaml", "config.yaml", "_config.yml"})
_INDEXES = ("index.md", "readme.md", "_index.md")
_ABOUT_THE_PROJECT = frozenset(
    """license licence copying notice contributing contributors code_of_conduct code-of-conduct conduct authors citation
    changelog changes history security support governance maintainers""".split()  # noqa: SIM905 - reads better so
)
_FOR_INSTRUCTORS = frozenset({"instructors", "profiles"})


class Section(NamedTuple):
    """A module to be: the folder that names it, its introduction (or none), and the files of its items in order."""

    folder: str
    introduction: str | None
    files: list[str]


def is_index(path: str) -> bool:
    """Whether a file introduces the folder that it lies in."""
    return PurePosixPath(path).name.casefold() in _INDEXES


def index_of(folder: str, paths: Iterable[str]) -> str | None:
    """The file that introduces a folder."""
    for path in paths:
        if _folder(path) == folder and is_index(path):
            return path
    return None


def sections(paths: Iterable[str], report: Report) -> list[Section]:
    """The modules that a tree of files makes."""
    ordered = sorted(paths, key=natural_key)
    indexes = {_folder(path): path for path in ordered if is_index(path)}
    filled = {_folder(path) for path in ordered if is_markdown(path) and not is_index(path)}
    items: dict[str, list[str]] = {}
    for path in ordered:
        folder = _folder(path)
        if is_index(path):
            if folder and folder not in filled:
                items.setdefault(_folder(folder), []).append(path)
        elif _is_item(path, folder):
            if not folder and _stem(path) in _ABOUT_THE_PROJECT:
                report.warn(path, None, "left_out", "This is about the project, not a lesson; it was left out.")
            else:
                items.setdefault(folder, []).append(path)
    return [
        Section(folder, indexes.get(folder) if folder and folder in filled else None, items[folder])
        for folder in sorted(items, key=lambda folder: natural_key(folder) if folder else ())
    ]


def episodes(listed: list[tuple[str, int]], paths: Iterable[str], file: str, report: Report) -> list[Section]:
    """The modules of a Carpentries lesson: the episodes as listed, then any other folders of texts for learners."""
    known = list(paths)
    folder = "episodes" if any(path.startswith("episodes/") for path in known) else ""
    prefix = f"{folder}/" if folder else ""
    chosen: list[str] = []
    for name, line in listed:
        path = prefix + name.removeprefix("episodes/")
        if path in known and path not in chosen:
            chosen.append(path)
        elif path not in chosen:
            report.lose(file, line, "missing_file", f"There is no episode “{name[:80]}”.")
    own = [path for path in known if _folder(path) == folder and is_markdown(path) and not is_index(path)]
    for path in sorted(set(own) - set(chosen), key=natural_key):
        if folder or _stem(path) not in _ABOUT_THE_PROJECT | {"links"}:
            report.warn(path, None, "not_listed", f"{file} does not list this episode; it was added at the end.")
            chosen.append(path)
    for path in known:
        if folder and "/" not in path and is_markdown(path) and not is_index(path):
            report.warn(path, None, "left_out", "This is about the project, not a lesson; it was left out.")
    others = [path for path in known if "/" in path and _folder(path) != folder and _top(path) not in _FOR_INSTRUCTORS]
    for path in known:
        if _top(path) in _FOR_INSTRUCTORS and is_markdown(path):
            report.warn(path, None, "left_out", "This is for instructors; it was left out.")
    rest = [section for section in sections(others, report) if any(map(is_markdown, section.files))]
    return [Section("", None, chosen), *rest] if chosen else rest


def _is_item(path: str, folder: str) -> bool:
    return is_markdown(path) or (
        is_numbered(path) and (not folder or is_numbered(folder)) and path not in CONFIGURATIONS
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _top(path: str) -> str:
    return path.partition("/")[0]


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.casefold()
