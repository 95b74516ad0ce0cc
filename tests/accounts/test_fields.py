"""What people write about themselves is made clean, or refused with a reason."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.accounts.fields import Form, Unfit, email_address, person_name, time_zone
from banyan.kit.problems import Malformed


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@demo.school", "ann@demo.school"),
        ("  Ann.Lee+Maths@Demo.SCHOOL\n", "ann.lee+maths@demo.school"),
        ("ann\uff20demo.school", "ann@demo.school"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ("ann@مثال.إختبار", "ann@xn--mgbh0fb.xn--kgbechtv"),
        ("o'neil!#$%&*/=?^_`{|}~-@a-b.co", "o'neil!#$%&*/=?^_`{|}~-@a-b.co"),
        ("admin@localhost", "admin@localhost"),
        ("x" * 64 + "@demo.school", "x" * 64 + "@demo.school"),
    ],
)
def test_an_address_is_kept_in_one_form(text: str, address: str) -> None:
    assert email_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "ann", "ann@", "@demo.school", "ann@demo", "ann@demo.", "ann@.school", "ann@-demo.school",
        "ann@demo..school", "ann@demo_school.org", "ann@192.168.0.1", "ann@[192.168.0.1]", ".ann@demo.school",
        "ann.@demo.school", "a..b@demo.school", '"ann lee"@demo.school', "ann lee@demo.school", "a@b@demo.school",
        "ann@demo.school\x00", "ann@demo.school\r\nBcc: x@y.zz", "ann,bob@demo.school", "<ann@demo.school>",
        "änn@demo.school", "ann@straße.example", "x" * 65 + "@demo.school", "x@" + "y" * 64 + ".school",
        "x@" + "a." * 130 + "school", "ann@demo.school/../x", "ann@\u202edemo.school", "😀@demo.school",
        "ann@" + "ü" * 60 + ".example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Unfit, match="does not look like"):
        email_address(text)


@given(st.text(max_size=300) | st.emails())
def test_a_clean_address_is_ascii_short_and_stays_as_it_is(text: str) -> None:
    try:
        address = email_address(text)
    except Unfit:
        return
    assert address.isascii()
    assert address == address.lower().strip()
    assert len(address) <= 254
    assert not set(address) & set(' \r\n\t,;<>"\\()[]')
    assert email_address(address) == address


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann", "Ann"),
        ("  Ann \t Lee\u00a0Smith\n", "Ann Lee Smith"),
        ("Jose\u0301", "José"),
        ("محمد", "محمد"),
        ("میترا\u200cسادات", "میترا\u200cسادات"),  # noqa: RUF001 -- a name
        ("李", "李"),
        ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."),
        ("x" * 100, "x" * 100),
    ],
)
def test_a_name_is_kept_with_single_spaces(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", " ", "123", "?!", "\u200b",
     "Ann\x00", "Ann\x07", "Ann\x7f", "\u202eAnn", "Ann\u2066", "Ann\ue000", "Ann\ufeff",
     "\u200d", "x" * 101],
)  # fmt: skip
def test_a_name_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        person_name(text)


@given(st.text(max_size=120))
def test_a_clean_name_can_be_seen_and_stays_as_it_is(text: str) -> None:
    try:
        name = person_name(text)
    except Unfit:
        return
    assert 0 < len(name) <= 100
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Zl", "Zp", "Cs"}
    assert person_name(name) == name


@pytest.mark.parametrize("text", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_is_one_of_those_there_are(text: str) -> None:
    assert time_zone(text) == text


@pytest.mark.parametrize("text", ["", "utc ", "Mars/Olympus", "/etc/localtime", "../UTC", "Europe"])
def test_a_time_zone_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        time_zone(text)


def test_a_form_reports_all_that_is_wrong_at_once() -> None:
    form = Form()
    assert form.read("name", person_name, " Ann ") == "Ann"
    form.check()
    assert form.read("email", email_address, "x") == "x"
    form.read("time_zone", time_zone, "x")
    with pytest.raises(Malformed) as refused:
        form.check()
    assert [error.pointer for error in refused.value.errors] == ["/email", "/time_zone"]
