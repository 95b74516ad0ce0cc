"""A password is long, and not what is tried first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.accounts.fields import Unfit
from banyan.accounts.passwords import as_typed, new_password

ABOUT = ("ann.lee@demo.school", "Ann Lee Smith")


@pytest.mark.parametrize(
    "password",
    ["grow-with-banyan", "a quiet library", "correct horse battery", "8437261950", "Xq9!mmTz2#", "кот на крыше",
     "annual leave plans", "lee and ann walk home", "هذه كلمة مرور", "x7q!" * 50, "🌳🌲🌴🌵🌾🌿🍀🍁🍂🍃"],
)  # fmt: skip
def test_a_long_password_will_do(password: str) -> None:
    assert new_password(password, *ABOUT) == password


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 10"),
        ("123456789", "at least 10"),
        ("x" * 201, "at most 200"),
        ("1234567890", "first"),
        ("0987654321", "first"),
        ("12345678901234567890", "first"),
        ("abcdefghij", "first"),
        ("qwertyuiop", "first"),
        ("1q2w3e4r5t", "first"),
        ("1qaz2wsx3edc", "first"),
        ("aaaaaaaaaaaa", "first"),
        ("ababababab", "first"),
        ("          ", "first"),
        ("password123", "first"),
        ("Password123!", "first"),
        ("P@ssw0rd2024", "first"),
        ("iloveyou1234", "first"),
        ("WELCOME!!!!!", "first"),
        ("correcthorsebatterystaple", "first"),
        ("Ann Lee Smith", "close"),
        ("annleesmith1", "close"),
        ("smith.12345!", "close"),
        ("ann.lee@demo.school", "close"),
        ("demoschool99", "close"),
        ("smithsmith1", "close"),
    ],
)
def test_what_is_guessed_first_will_not(password: str, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        new_password(password, *ABOUT)


@given(st.text(min_size=10, max_size=200))
def test_composed_and_decomposed_letters_are_the_same_password(password: str) -> None:
    assert as_typed(as_typed(password)) == as_typed(password)
    assert as_typed("e\u0301" + password) == as_typed("\u00e9" + password)
