"""Courses as folders and archives of Markdown: reading what others wrote, and writing what they can keep."""

from banyan.packages.model import Asset, Limits, Package, PackageItem, PackageModule, PackageUnreadable, ReportLine
from banyan.packages.reading import read_folder, read_zip
from banyan.packages.references import Located, References
from banyan.packages.writing import name_paths, write_folder, write_zip

__all__ = [
    "Asset",
    "Limits",
    "Located",
    "Package",
    "PackageItem",
    "PackageModule",
    "PackageUnreadable",
    "References",
    "ReportLine",
    "name_paths",
    "read_folder",
    "read_zip",
    "write_folder",
    "write_zip",
]
