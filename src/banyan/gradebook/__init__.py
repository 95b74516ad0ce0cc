"""The gradebook: what teachers see and do with the results of tests."""

from banyan.gradebook import jobs, regrading, routes, routes_book, routes_grading, routes_regrading
from banyan.gradebook.grading import save_grade
from banyan.gradebook.model_grading import SaveGrade
from banyan.kit.domain import Domain

__all__ = ["DOMAIN", "SaveGrade", "save_grade"]

DOMAIN = Domain(
    name="gradebook",
    routes=[*routes.ROUTES, *routes_grading.ROUTES, *routes_regrading.ROUTES, *routes_book.ROUTES],
    jobs=(regrading.run_regrade,),
    periodic=(jobs.tell_banks,),
)
