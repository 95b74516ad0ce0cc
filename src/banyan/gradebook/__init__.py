"""The gradebook: what teachers see and do with the results of tests."""

from banyan.attempts import Overrides
from banyan.gradebook import jobs, overruling, regrading, routes, routes_book, routes_grading, routes_regrading
from banyan.gradebook.grading import save_grade
from banyan.gradebook.model_grading import SaveGrade
from banyan.kit.domain import Domain
from banyan.kit.toolbox import Kit

__all__ = ["DOMAIN", "SaveGrade", "save_grade"]


async def _start(kit: Kit) -> None:
    kit.parts[Overrides] = Overrides(overruling.told)


DOMAIN = Domain(
    name="gradebook",
    routes=[*routes.ROUTES, *routes_grading.ROUTES, *routes_regrading.ROUTES, *routes_book.ROUTES],
    jobs=(regrading.run_regrade,),
    periodic=(jobs.tell_banks,),
    start=_start,
)
