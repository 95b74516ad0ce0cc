"""What reading starts from: files by their paths, wherever they lie. Limits are held while bytes are counted."""

from banyan.packages.model import Asset, Limits, PackageUnreadable
from banyan.packages.paths import is_hidden, why_unsafe
from banyan.packages.report import Report

__all__ = ["Tree"]


class Tree:
    """Files that may be read, by their path; `name` is what the whole is called where it lies."""

    def __init__(self, name: str, limits: Limits, report: Report) -> None:
        self.name = name
        self.limits = limits
        self.report = report
        self.files: dict[str, Asset] = {}
        self.above: dict[str, Asset] = {}
        self._folded: set[str] = set()
        self._total = 0

    def admits(self, path: str) -> bool:
        """Whether a file of this path may be taken; otherwise it is reported, or is one that nobody misses."""
        if is_hidden(path) and why_unsafe(path) is None:
            return False
        reason = why_unsafe(path)
        if reason:
            self.report.lose(path, None, "unsafe_path", f"The name {reason}; the file was left out.")
            return False
        if path.casefold() in self._folded:
            self.report.lose(path, None, "duplicate_name", "There is another file of this name; this one was left out.")
            return False
        if len(self.files) >= self.limits.files:
            raise PackageUnreadable("too_many_files", f"A course may have {self.limits.files} files.")
        return True

    def add(self, asset: Asset) -> None:
        """Take a file whose size has been counted."""
        self._folded.add(asset.path.casefold())
        self.files[asset.path] = asset
        self._total += asset.size

    @property
    def room(self) -> int:
        """How many bytes the next file may have at most, by what is left of the total."""
        return self.limits.total_size - self._total

    def look_through_single_folder(self) -> None:
        """An archive of one folder is that folder."""
        tops = {path.partition("/")[0] for path in self.files}
        if len(tops) != 1 or not all("/" in path for path in self.files):
            return
        self.name = tops.pop()
        self.files = {
            path.partition("/")[2]: Asset(path.partition("/")[2], asset.size, asset.opener)
            for path, asset in self.files.items()
        }
