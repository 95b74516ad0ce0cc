"""Lists of addresses as people have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.enrolments import lists
from banyan.kit.problems import Malformed, TooLarge


@pytest.mark.parametrize(
    "text",
    [
        "a@x.example\nb@x.example\n",
        "email\na@x.example\nb@x.example",
        "name,email\nAnn,a@x.example\nBen,b@x.example\n",
        'name;Mail address\n"Ann; A.";a@x.example\nBen;b@x.example\n',
        "\ufeffname\temail\r\nAnn\ta@x.example\r\n\r\nBen\tb@x.example\r\n",
    ],
)
def test_addresses_are_found_in_the_usual_shapes(text: str) -> None:
    faults, wanted = lists.sort_out(lists.from_csv(text))
    assert (faults, list(wanted)) == ([], ["a@x.example", "b@x.example"])


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLarge):
        lists.from_csv("\n".join(f"a{number}@x.example" for number in range(2_001)))


@given(st.text())
def test_any_text_is_read_without_an_error_and_no_line_is_lost(text: str) -> None:
    try:
        entries = lists.from_csv(text)
    except (Malformed, TooLarge):
        return
    faults, wanted = lists.sort_out(entries)
    assert len(faults) + len(wanted) == len(entries)
