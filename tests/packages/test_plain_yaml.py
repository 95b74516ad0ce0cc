"""YAML that is only what it says."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.packages.plain_yaml import BadYaml, Node, read_yaml


def plain(node: Node) -> object:
    if isinstance(node.value, list):
        return [plain(one) for one in node.value]
    if isinstance(node.value, dict):
        return {name: plain(one) for name, one in node.value.items()}
    return node.value


def test_scalars_stay_texts() -> None:
    text = "a: no\nb: 2024\nc: 1.10\nd: 2026-01-01\ne:\nf: ~\ng: ''\nh: !!python/object:os.system x\n<<: y\n"
    assert plain(read_yaml(text)) == {
        "a": "no", "b": "2024", "c": "1.10", "d": "2026-01-01", "e": None, "f": None, "g": "",
        "h": "x", "<<": "y",
    }  # fmt: skip


def test_everything_knows_its_line() -> None:
    node = read_yaml("# note\na:\n  - b\n  -\n    c: d\n")
    assert isinstance(node.value, dict)
    entries = node.value["a"].value
    assert isinstance(entries, list)
    assert [entry.line for entry in entries] == [3, 5]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &x [1]\nb: *x", 2),
        ("a: 1\n" + "x: " + "[" * 2_000, 2),
        ("- a\n" * 60_000, 49_998),
        ("a: [", 1),
        ("a: 1\n? [b]\n: c", 2),
        ("a: \x07", 1),
        ("x" * ((1 << 20) + 1), 1),
    ],
)
def test_what_would_do_harm_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadYaml) as refusal:
        read_yaml(text)
    assert abs(refusal.value.line - line) <= 1


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadYaml):
        assert read_yaml(text).line >= 1
