"""Archives, honest and hostile."""

import io
import stat
import struct
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.packages import Limits, PackageUnreadable, read_zip
from tests.packages.building import archive_of, contents, findings, titles


def code_of(file: io.BytesIO, limits: Limits | None = None) -> str:
    with pytest.raises(PackageUnreadable) as refusal:
        read_zip(file, limits)
    assert refusal.value.detail.endswith(".")
    return refusal.value.code


def test_a_single_folder_in_the_archive_is_looked_through() -> None:
    files = {"trees-main/01-a.md": "![](fig/x.png)", "trees-main/fig/x.png": "x", "__MACOSX/y": ""}
    package = read_zip(archive_of(files))
    assert titles(package) == [("Trees main", ["A"])]
    assert contents(package) == {"fig/x.png": b"x"}
    assert package.report == []


def test_an_archive_on_disk_is_named_by_its_file_and_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "all_about-figs.zip"
    path.write_bytes(archive_of({"a.md": "![](x.png)", "x.png": b"x" * 100_000}).getvalue())
    package = read_zip(path)
    assert package.title == "All about figs"
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: contents(package)["x.png"], range(20))) == {b"x" * 100_000}


@pytest.mark.parametrize(
    "name",
    ["../evil.md", "a/../../evil.md", "/etc/evil.md", "C:/evil.md", "c:evil.md", "..\\evil.md", "a\\evil.md",
     "evil\x00.md", "evil\n.md", "./evil.md", "a//evil.md", "e" * 300 + ".md", "a/" * 300 + "evil.md"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_left_out_and_reported(name: str) -> None:
    package = read_zip(archive_of({"good.md": "x", name: "evil"}))
    assert titles(package) == [("Course", ["Good"])]
    assert [line.code for line in package.report] == ["unsafe_path"]
    assert package.report[0].file.isprintable()


def test_symbolic_links_devices_and_encrypted_files_are_left_out() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("good.md", "x")
        for name, mode in (("link.md", stat.S_IFLNK), ("pipe.md", stat.S_IFIFO)):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (mode | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
        archive.writestr("locked.md", "x")
        archive.writestr("packed.md", "x" * 99, compress_type=zipfile.ZIP_LZMA)
        archive.writestr("more.zip", archive_of({"a.md": "x"}).getvalue())
    content = bytearray(file.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            name_length = struct.unpack_from("<H", content, place + (26 if offset == 6 else 28))[0]
            start = place + (30 if offset == 6 else 46)
            if bytes(content[start : start + name_length]) == b"locked.md":
                content[place + offset] |= 1
            place = content.find(signature, place + 1)
    package = read_zip(io.BytesIO(content))
    assert titles(package) == [("Course", ["Good"])]
    assert findings(package) == [
        ("link.md", None, "symlink"),
        ("locked.md", None, "encrypted"),
        ("more.zip", None, "nested_archive"),
        ("packed.md", None, "compression"),
        ("pipe.md", None, "symlink"),
    ]


def test_files_of_one_name_are_taken_once() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, text in (("a.md", "first"), ("a.md", "second"), ("A.MD", "third")):
            archive.writestr(name, text)
    package = read_zip(io.BytesIO(file.getvalue()))
    assert [item.source for item in package.modules[0].items] == ["first"]
    assert sorted(findings(package)) == [("A.MD", None, "duplicate_name"), ("a.md", None, "duplicate_name")]


def test_a_bomb_is_noticed_while_it_expands() -> None:
    bomb = archive_of({"a.md": "x", "bomb.bin": bytes(50 << 20)})
    assert len(bomb.getvalue()) < 1 << 20
    assert code_of(bomb) == "zip_bomb"


def test_a_bomb_that_lies_about_its_size_is_noticed_too() -> None:
    content = bytearray(archive_of({"a.md": "x", "bomb.bin": bytes(50 << 20)}).getvalue())
    entry = content.find(b"PK\x01\x02", content.find(b"PK\x01\x02") + 1)
    struct.pack_into("<I", content, entry + 24, 10)  # the expanded size in the directory
    package = read_zip(io.BytesIO(content))
    assert findings(package) == [("bomb.bin", None, "damaged")]


def test_the_total_counts_what_was_read_not_what_was_claimed() -> None:
    files = {"a.md": "x"} | {f"{number}.bin": bytes([number % 256]) * 1_000 for number in range(20)}
    assert code_of(archive_of(files), Limits(total_size=10_000)) == "too_large"
    assert code_of(archive_of(files), Limits(files=10)) == "too_many_files"
    package = read_zip(archive_of({"a.md": "x", "big.bin": bytes(2_000)}), Limits(file_size=1_000))
    assert findings(package) == [("big.bin", None, "too_large")]


def test_a_directory_too_large_to_hold_is_not_held() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}-{'n' * 150}", b"")
    assert code_of(file) == "not_an_archive"


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"hello" * 100, b"\x1f\x8b" + bytes(50)])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    assert code_of(io.BytesIO(content)) in {"not_an_archive", "no_lessons"}


def test_an_archive_that_needs_a_password_is_refused() -> None:
    content = bytearray(archive_of({"a.md": "x"}).getvalue())
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    assert code_of(io.BytesIO(content)) == "encrypted"


def test_damage_in_one_file_loses_only_that_file() -> None:
    content = bytearray(archive_of({"a.md": "fine", "b.md": "damaged " * 50}).getvalue())
    place = content.find(b"b.md") + 4
    content[place : place + 6] = b"\xff" * 6
    package = read_zip(io.BytesIO(content))
    assert titles(package) == [("Course", ["A"])]
    assert findings(package) == [("b.md", None, "damaged")]


def test_names_in_utf8_are_read_even_when_nobody_said_so() -> None:
    content = archive_of({"جذر.md": "x"}).getvalue()
    unsaid = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        unsaid[unsaid.find(signature) + offset] &= ~0x08
    for each in (content, bytes(unsaid)):
        assert titles(read_zip(io.BytesIO(each))) == [("Course", ["جذر"])]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_is_reported_or_refused(data: st.DataObject) -> None:
    files = {"m/a.md": "# A\n\n![](x.png)\n", "m/x.png": "png" * 50, "m/course.yaml": "title: T\n"}
    content = bytearray(archive_of(files).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(content) // 2, len(content)))
    with suppress(PackageUnreadable):
        contents(read_zip(io.BytesIO(bytes(content[:cut]))))
