"""Questions: what teachers ask, in which kinds, what a response is worth, and the banks that they are kept in."""

from banyan.kit.domain import Domain
from banyan.questions.adding import add_questions, brought_in, categories_at, category_path, missing_files
from banyan.questions.bank import BankQuestion, Draw, Kept, StatisticsOf
from banyan.questions.contents import BankContents, BankEntry, bank_contents
from banyan.questions.copying import BankCopy, copy_bank
from banyan.questions.faults import GAP, faults
from banyan.questions.grading import Response, check_response, full_response, grade
from banyan.questions.kinds import (
    Answerable,
    Body,
    Choice,
    Cloze,
    Essay,
    FileUpload,
    Gap,
    Matching,
    MultipleChoice,
    Numerical,
    NumericalAnswer,
    Ordering,
    Pair,
    Pattern,
    RubricLine,
    ShortAnswer,
    SingleChoice,
    TrueFalse,
    Unit,
)
from banyan.questions.model import Difficulty, Grade, ImportProblem, PartGrade, Question, Reading
from banyan.questions.policy import may_browse, may_write
from banyan.questions.problems import BankFull, NoSuchCategory, UnfitQuestion
from banyan.questions.rendering import Rendering
from banyan.questions.revealing import Key, prepare_key, reveal
from banyan.questions.routes import ROUTES
from banyan.questions.showing import Prepared, prepare, show
from banyan.questions.shown import Disclosure, Revealed, Shown
from banyan.questions.store import archive as archive_questions
from banyan.questions.store_supply import forget_uses, note_statistics, note_uses
from banyan.questions.supply import all_questions, drawable, questions_by_id
from banyan.questions.texts import markdown_of, with_markdown
from banyan.questions.views import questions_in_bank

__all__ = [
    "DOMAIN",
    "GAP",
    "Answerable",
    "BankContents",
    "BankCopy",
    "BankEntry",
    "BankFull",
    "BankQuestion",
    "Body",
    "Choice",
    "Cloze",
    "Difficulty",
    "Disclosure",
    "Draw",
    "Essay",
    "FileUpload",
    "Gap",
    "Grade",
    "ImportProblem",
    "Kept",
    "Key",
    "Matching",
    "MultipleChoice",
    "NoSuchCategory",
    "Numerical",
    "NumericalAnswer",
    "Ordering",
    "Pair",
    "PartGrade",
    "Pattern",
    "Prepared",
    "Question",
    "Reading",
    "Rendering",
    "Response",
    "Revealed",
    "RubricLine",
    "ShortAnswer",
    "Shown",
    "SingleChoice",
    "StatisticsOf",
    "TrueFalse",
    "UnfitQuestion",
    "Unit",
    "add_questions",
    "all_questions",
    "archive_questions",
    "bank_contents",
    "brought_in",
    "categories_at",
    "category_path",
    "check_response",
    "copy_bank",
    "drawable",
    "faults",
    "forget_uses",
    "full_response",
    "grade",
    "markdown_of",
    "may_browse",
    "may_write",
    "missing_files",
    "note_statistics",
    "note_uses",
    "prepare",
    "prepare_key",
    "questions_by_id",
    "questions_in_bank",
    "reveal",
    "show",
    "with_markdown",
]

DOMAIN = Domain(name="questions", routes=ROUTES)
