"""What a file is, by its content, whatever its name says."""

import asyncio

import pytest

from banyan.files import MislabelledFile, RefusedFile
from banyan.kit.storage import Storage
from tests.files.uploads import PNG, SVG, iso_media, look_at, office, packed, zipped

OPEN_XML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100") + bytes(20)
WEBM = bytes.fromhex("1a45dfa3934282847765626d") + bytes(20)
MATROSKA = bytes.fromhex("1a45dfa3934282886d6174726f736b61") + bytes(20)
WAV = b"RIFF\x24\0\0\0WAVEfmt " + bytes(20)
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + bytes(20)
MP3 = bytes.fromhex("fffb9064") + bytes(100)

KNOWN: list[tuple[str, bytes, str]] = [
    ("a.png", PNG, "image/png"),
    ("A.PNG", PNG, "image/png"),
    ("a.jpg", JPEG, "image/jpeg"),
    ("a.jpeg", JPEG, "image/jpeg"),
    ("a.gif", b"GIF89a\x01\0\x01\0", "image/gif"),
    ("a.webp", WEBP, "image/webp"),
    ("a.avif", iso_media("avif", "mif1"), "image/avif"),
    ("b.avif", iso_media("mif1", "miaf", "avif"), "image/avif"),
    ("a.svg", SVG.format("").encode(), "image/svg+xml"),
    ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    ("b.pdf", b"%PDF-1.4\n1 0 obj\n", "application/pdf"),
    ("a.mp4", iso_media("isom", "iso2", "mp41"), "video/mp4"),
    ("a.m4v", iso_media("M4V "), "video/mp4"),
    ("a.mov", iso_media("qt  "), "video/quicktime"),
    ("a.m4a", iso_media("M4A "), "audio/mp4"),
    ("b.m4a", iso_media("isom"), "audio/mp4"),
    ("a.webm", WEBM, "video/webm"),
    ("a.mkv", MATROSKA, "video/x-matroska"),
    ("a.ogg", b"OggS\0\x02" + bytes(20), "audio/ogg"),
    ("a.ogv", b"OggS\0\x02" + bytes(20), "video/ogg"),
    ("a.mp3", b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
    ("b.mp3", MP3, "audio/mpeg"),
    ("a.wav", WAV, "audio/wav"),
    ("a.flac", b"fLaC\0\0\0\x22", "audio/flac"),
    ("a.zip", zipped(("a.txt", "x")), "application/zip"),
    ("b.zip", b"PK\x05\x06" + bytes(18), "application/zip"),
    ("c.zip", office("word"), "application/zip"),
    ("a.docx", office("word"), f"{OPEN_XML}.wordprocessingml.document"),
    ("a.xlsx", office("xl"), f"{OPEN_XML}.spreadsheetml.sheet"),
    ("a.pptx", office("ppt"), f"{OPEN_XML}.presentationml.presentation"),
    ("a.odt", packed(f"{ODF}.text"), f"{ODF}.text"),
    ("a.ods", packed(f"{ODF}.spreadsheet"), f"{ODF}.spreadsheet"),
    ("a.epub", packed("application/epub+zip"), "application/epub+zip"),
    ("a.doc", OLE, "application/msword"),
    ("a.xls", OLE, "application/vnd.ms-excel"),
    ("a.txt", b"Trees\r\n", "text/plain"),
    ("b.txt", b"", "text/plain"),
    ("c.txt", "Bäume".encode("latin-1"), "text/plain"),
    ("d.txt", "Bäume".encode("utf-16"), "text/plain"),
    ("e.txt", b"ID3 is a tag, MZ two letters.", "text/plain"),
    ("f.txt", b"a" * 4095 + "é".encode(), "text/plain"),
    ("a.md", b"<!-- a comment -->\n# Trees\n", "text/markdown"),
    ("a.csv", b"\xef\xbb\xbfname;height\n", "text/csv"),
    ("a.json", b'{"trees": 3}', "application/json"),
    ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "text/vtt"),
    ("a.py", b"#!/usr/bin/env python3\nprint()\n", "text/plain"),
    ("Makefile", b"all:\n\ttrue\n", "text/plain"),
    ("picture", PNG, "image/png"),
    ("drawing.drawio", SVG.format("").encode(), "image/svg+xml"),
    ("a.sqlite", b"SQLite format 3\0" + bytes(80), "application/octet-stream"),
    ("a.old", OLE, "application/octet-stream"),
    ("a.docm", office("word"), "application/zip"),
    ("sound", b"OggS\0\x02" + bytes(20), "audio/ogg"),
]


@pytest.mark.parametrize(("name", "content", "media_type"), KNOWN, ids=[name for name, _, _ in KNOWN])
async def test_a_file_that_is_what_it_is_called_is_taken(
    storage: Storage, name: str, content: bytes, media_type: str
) -> None:
    assert await look_at(storage, name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", JPEG),
        ("a.png", SVG.format("").encode()),
        ("a.png", b""),
        ("a.png", b"\x89PNG"),
        ("a.jpg", WEBP),
        ("a.gif", b"GIF89a/*a*/=1;alert(1)//"),
        ("a.pdf", b"Trees"),
        ("a.pdf", zipped(("a.txt", "x"))),
        ("a.mp4", WEBM),
        ("a.webm", MATROSKA),
        ("a.mp3", "ÿþ text in two bytes".encode("utf-16")),
        ("a.docx", zipped(("a.txt", "x"))),
        ("a.docx", office("xl")),
        ("a.epub", packed(f"{ODF}.text")),
        ("a.odt", office("word")),
        ("a.zip", PNG),
        ("a.txt", PNG),
        ("a.txt", b"a\0b"),
        ("a.md", SVG.format("").encode()),
        ("a.csv", zipped(("a.csv", "x"))),
        ("a.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nSubRip\n"),
        ("a.svg", b"Trees"),
        ("a.svg", PNG),
        ("a.svg", b'<note xmlns="urn:x">svg</note>'),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>'),
        ("a.svg", b'<svg xmlns="http://www.w3.org/1999/xhtml"></svg>'),
    ],
)
async def test_a_file_that_is_something_else_is_refused(storage: Storage, name: str, content: bytes) -> None:
    with pytest.raises(MislabelledFile) as refused:
        await look_at(storage, name, content)
    assert (refused.value.status, refused.value.code) == (415, "mislabelled_file")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<p>Trees</p>"),
        ("a.HTM", b""),
        ("a.xhtml", b"<html/>"),
        ("a.exe", PNG),
        ("a.bat", b"echo Trees"),
        ("a.png.hta", PNG),
        ("a.svgz", b"\x1f\x8b"),
        ("a.txt", b"<!DOCTYPE html><title>Trees</title>"),
        ("a.txt", b" \n<!-- x --><?xml version='1.0'?><HTML><body>"),
        ("a.txt", "<html><script>alert(1)</script>".encode("utf-16")),
        ("a.csv", b"\xef\xbb\xbf<script>alert(1)</script>"),
        ("notes", b"<iframe src=//evil.example>"),
        ("a.png", b"MZ\x90\0\x03\0\0\0"),
        ("a", b"\x7fELF\x02\x01\x01\0"),
        ("a.dat", b"\xca\xfe\xba\xbe\0\0\0\x34"),
        ("a.bin", b"\0asm\x01\0\0\0"),
    ],
)
async def test_programs_and_web_pages_are_refused_whatever_they_are_called(
    storage: Storage, name: str, content: bytes
) -> None:
    with pytest.raises(RefusedFile) as refused:
        await look_at(storage, name, content)
    assert (refused.value.status, refused.value.code) == (415, "refused_file")


@pytest.mark.parametrize(
    "text", ["<!--a-->" * 500, "<!--" * 1000, "<?a?>" * 800, "<!doctype svg [" * 250, " " * 4096, "<" * 4096]
)
async def test_a_file_made_to_be_slow_is_looked_at_quickly(storage: Storage, text: str) -> None:
    async with asyncio.timeout(2):
        with pytest.raises((MislabelledFile, RefusedFile)):
            await look_at(storage, "a.svg", text.encode())
