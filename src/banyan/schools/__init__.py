"""Schools: the tenants of an installation."""

from banyan.kit.domain import Domain
from banyan.schools.model import Locale, School, SchoolId, TimeZone
from banyan.schools.routes import ADMINISTRATION, ROUTES
from banyan.schools.service import admin_url, base_url, ensure_school, has_other_schools, school, school_of_host
from banyan.schools.time_zones import is_time_zone

__all__ = [
    "DOMAIN",
    "Locale",
    "School",
    "SchoolId",
    "TimeZone",
    "admin_url",
    "base_url",
    "ensure_school",
    "has_other_schools",
    "is_time_zone",
    "school",
    "school_of_host",
]

DOMAIN = Domain(name="schools", routes=ROUTES, administration=ADMINISTRATION)
