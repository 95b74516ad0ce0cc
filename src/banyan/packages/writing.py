"""From a package to a folder or an archive, such that reading it gives the same package."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import yaml
from msgspec.structs import replace

from banyan.packages.bank import BANK, write_bank, write_test
from banyan.packages.manifest import NAME, manifest_of
from banyan.packages.model import Asset, Package, PackageItem, PackageModule
from banyan.packages.paths import is_hidden, is_markdown, slug, why_unsafe

__all__ = ["name_paths", "write_folder", "write_zip"]

_DATE = (1980, 1, 1, 0, 0, 0)  # the same package gives the same bytes
_COMPRESSED = {
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".avif",
    ".mp4",
    ".webm",
    ".mp3",
    ".ogg",
    ".pdf",
    ".zip",
    ".docx",
}


def name_paths(package: Package) -> Package:
    """The package with a path for each text: `01-roots/02-seed.md`. Those that have one keep it, if it can be used.

    What writes packages does this itself; whoever rewrites links must know the paths before.
    """
    taken = {path.casefold() for path in package.assets} | {NAME, BANK}
    modules = []
    for number, module in enumerate(package.modules, 1):
        folder = f"{number:02}-{slug(module.title)}"
        items = []
        for place, item in enumerate(module.items, 1):
            path = _path(item, f"{folder}/{place:02}-{slug(item.title)}", taken)
            items.append(replace(item, path=path))
        modules.append(PackageModule(module.title, items))
    return replace(package, modules=modules)


def _path(item: PackageItem, wanted: str, taken: set[str]) -> str | None:
    if item.kind not in ("lesson", "test") and not item.source:
        return None
    path, again = item.path or "", 1
    ending, fits = (".json", _is_json) if item.kind == "test" else (".md", is_markdown)
    while not fits(path) or why_unsafe(path) or is_hidden(path) or path.casefold() in taken:
        path, again = f"{wanted}{'' if again == 1 else f'-{again}'}{ending}", again + 1
    taken.add(path.casefold())
    return path


def _is_json(path: str) -> bool:
    return path.endswith(".json")


def write_folder(package: Package, folder: Path) -> None:
    """Write a package as a folder, which must be new or empty.

    Raises:
        FileExistsError: there is something in the folder.
        ValueError: an asset has a path that no package may have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"There is something in “{folder}” already.")
    for path, content in _files(package):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with content, place.open("xb") as file:
            shutil.copyfileobj(content, file)


def write_zip(package: Package, file: BinaryIO) -> None:
    """Write a package as a zip archive, piece by piece.

    Raises:
        ValueError: an asset has a path that no package may have.
    """
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in _files(package):
            entry = zipfile.ZipInfo(path, _DATE)
            stored = PurePosixPath(path).suffix.casefold() in _COMPRESSED
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with content, archive.open(entry, "w", force_zip64=_is_huge(package.assets.get(path))) as member:
                shutil.copyfileobj(content, member)


def _is_huge(asset: Asset | None) -> bool:
    return asset is not None and asset.size > zipfile.ZIP64_LIMIT // 2


def _files(package: Package) -> Iterator[tuple[str, BinaryIO]]:
    """Every file of a package with its content, opened one after the other."""
    for path in package.assets:
        reason = "is hidden" if is_hidden(path) else why_unsafe(path)
        if reason:
            raise ValueError(f"The path “{path}” {reason}.")
    named = name_paths(package)
    yield NAME, io.BytesIO(manifest_of(named).encode())
    for module in named.modules:
        for item in module.items:
            if item.path:
                yield item.path, write_test(item.test) if item.test else io.BytesIO(_text(item).encode())
    if package.bank.questions or package.bank.categories:
        yield BANK, write_bank(package.bank)
    for path, asset in named.assets.items():
        yield path, asset.open()


def _text(item: PackageItem) -> str:
    title: str = yaml.safe_dump({"title": item.title}, allow_unicode=True, width=10_000)
    return f"---\n{title}---\n\n{item.source}"
