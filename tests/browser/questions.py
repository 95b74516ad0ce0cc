"""One question of every kind, for tests that are taken in the browser."""

from typing import Any

__all__ = ["CHOICE", "KINDS"]

CHOICE = {
    "kind": "single_choice",
    "text": "Which number is **prime**?",
    "feedback": "A prime has exactly two divisors.",
    "choices": [{"id": "a", "text": "9"}, {"id": "b", "text": "11", "weight": 1}, {"id": "c", "text": "15"}],
    "shuffle": False,
}
KINDS: list[dict[str, Any]] = [
    CHOICE,
    {
        "kind": "multiple_choice",
        "text": "Which are mammals?",
        "choices": [
            {"id": "a", "text": "Whale", "weight": 0.5},
            {"id": "b", "text": "Shark", "weight": -0.5},
            {"id": "c", "text": "Bat", "weight": 0.5},
        ],
        "shuffle": False,
    },
    {"kind": "true_false", "text": r"The angles of a triangle add up to $180^\circ$.", "answer": True},
    {
        "kind": "numerical",
        "text": "How long is a metre and a half?",
        "answers": [{"id": "a", "value": 1.5, "tolerance": 0.01}],
        "units": [{"name": "m", "factor": 1}, {"name": "cm", "factor": 100}],
    },
    {"kind": "short_answer", "text": "The capital of France?", "answers": [{"id": "a", "text": "Paris"}]},
    {
        "kind": "matching",
        "text": "What belongs together?",
        "pairs": [{"id": "a", "prompt": "France", "match": "Paris"}, {"id": "b", "prompt": "Egypt", "match": "Cairo"}],
        "distractors": ["Oslo"],
        "shuffle": False,
    },
    {
        "kind": "ordering",
        "text": "From small to large.",
        "items": [{"id": "a", "text": "Atom"}, {"id": "b", "text": "Cell"}, {"id": "c", "text": "Tree"}],
    },
    {
        "kind": "cloze",
        "text": "Water boils at [[t]] °C. It is [[c]].",
        "gaps": [
            {"id": "t", "question": {"kind": "numerical", "text": "t", "answers": [{"id": "a", "value": 100}]}},
            {
                "id": "c",
                "question": {
                    "kind": "single_choice",
                    "text": "c",
                    "choices": [{"id": "a", "text": "wet", "weight": 1}, {"id": "b", "text": "dry"}],
                },
            },
        ],
    },
    {"kind": "essay", "text": "Why do leaves fall?", "least_words": 3, "files": 1},
    {"kind": "file_upload", "text": "Hand in your notes.", "most_files": 1, "endings": ["txt"]},
]
