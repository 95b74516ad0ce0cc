"""Courses as folders and archives of Markdown: reading what others wrote, and writing what they can keep."""

from banyan.kit.domain import Domain
from banyan.packages.exporting import export_course
from banyan.packages.importing import Imported, import_package
from banyan.packages.model import Asset, Limits, Package, PackageItem, PackageModule, PackageUnreadable, ReportLine
from banyan.packages.reading import read_folder, read_zip
from banyan.packages.references import Located, References
from banyan.packages.routes import ROUTES
from banyan.packages.writing import name_paths, write_folder, write_zip

__all__ = [
    "DOMAIN",
    "Asset",
    "Imported",
    "Limits",
    "Located",
    "Package",
    "PackageItem",
    "PackageModule",
    "PackageUnreadable",
    "References",
    "ReportLine",
    "export_course",
    "import_package",
    "name_paths",
    "read_folder",
    "read_zip",
    "write_folder",
    "write_zip",
]

DOMAIN = Domain(name="packages", routes=ROUTES)
