"""Makes folders and archives to read."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from banyan.packages import Package

Files = Mapping[str, str] | Mapping[str, bytes] | Mapping[str, str | bytes]


def folder_of(files: Files, folder: Path) -> Path:
    """A folder with these files."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def archive_of(files: Files) -> io.BytesIO:
    """A zip archive with these files, under exactly these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.filename = path  # the constructor tidies names
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    file.seek(0)
    return file


def contents(package: Package) -> dict[str, bytes]:
    """What is in each asset."""
    found = {}
    for path, asset in package.assets.items():
        with asset.open() as file:
            found[path] = file.read()
        assert len(found[path]) == asset.size
    return found


def findings(package: Package) -> list[tuple[str, int | None, str]]:
    """The report without its sentences."""
    return [(line.file, line.line, line.code) for line in package.report]


def titles(package: Package) -> list[tuple[str, list[str]]]:
    """The outline."""
    return [(module.title, [item.title for item in module.items]) for module in package.modules]
