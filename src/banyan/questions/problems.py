"""What can be wrong with a question, or with its place in a bank."""

from banyan.kit.problems import Conflict, Unprocessable

__all__ = [
    "BankFull",
    "CategoryInItself",
    "CategoryInUse",
    "NoSuchCategory",
    "QuestionArchived",
    "UnfitQuestion",
]


class UnfitQuestion(Unprocessable):
    """Nobody could answer it, or not rightly; `errors` says why."""

    code = "unfit_question"
    title = "The question does not work like this"


class NoSuchCategory(Unprocessable):
    """The course's bank has no such category."""

    code = "no_such_category"
    title = "This course has no such category"


class CategoryInItself(Unprocessable):
    """A category would be inside of itself, or more than ten deep."""

    code = "category_in_itself"
    title = "The category cannot be put there"


class CategoryInUse(Conflict):
    """There are questions in the category, or other categories."""

    code = "category_in_use"
    title = "The category is not empty"


class QuestionArchived(Conflict):
    """The question is archived; restored it can be changed."""

    code = "question_archived"
    title = "This question is archived"


class BankFull(Unprocessable):
    """The course's bank would hold more than a bank can."""

    code = "bank_full"
    title = "The question bank cannot hold more"
