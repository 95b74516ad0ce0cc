"""The kinds of files that are known by their name, and what their content must then be recognised as."""

__all__ = ["FOLDERS", "NAMED", "OPEN_DOCUMENT", "OPEN_XML", "REFUSED_NAMES", "UNKNOWN", "UNNAMED"]

UNKNOWN = "application/octet-stream"
OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_ZIPPED = f"application/zip application/epub+zip {OPEN_XML} {OPEN_DOCUMENT}"
_TEXT = "text/plain text/vtt"

NAMED: dict[str, tuple[str, set[str]]] = {
    ending: (kind, set(contents.split()))
    for endings, kind, contents in [
        ("png", "image/png", "image/png"),
        ("jpg jpeg jpe jfif", "image/jpeg", "image/jpeg"),
        ("gif", "image/gif", "image/gif"),
        ("webp", "image/webp", "image/webp"),
        ("avif", "image/avif", "image/avif"),
        ("svg", "image/svg+xml", "image/svg+xml"),
        ("pdf", "application/pdf", "application/pdf"),
        # Cameras and editors are free with the brands of ISO media.
        ("mp4 m4v", "video/mp4", "video/mp4 audio/mp4 video/quicktime"),
        ("mov", "video/quicktime", "video/quicktime video/mp4"),
        ("m4a m4b", "audio/mp4", "audio/mp4 video/mp4"),
        ("webm", "video/webm", "video/webm"),
        ("mkv", "video/x-matroska", "video/x-matroska video/webm"),
        ("ogv", "video/ogg", "application/ogg"),
        ("ogg oga opus", "audio/ogg", "application/ogg"),
        ("mp3", "audio/mpeg", "audio/mpeg"),
        ("wav", "audio/wav", "audio/wav"),
        ("flac", "audio/flac", "audio/flac"),
        ("zip", "application/zip", _ZIPPED),
        ("docx", f"{OPEN_XML}.wordprocessingml.document", OPEN_XML),
        ("xlsx", f"{OPEN_XML}.spreadsheetml.sheet", OPEN_XML),
        ("pptx", f"{OPEN_XML}.presentationml.presentation", OPEN_XML),
        ("odt", f"{OPEN_DOCUMENT}.text", OPEN_DOCUMENT),
        ("ods", f"{OPEN_DOCUMENT}.spreadsheet", OPEN_DOCUMENT),
        ("odp", f"{OPEN_DOCUMENT}.presentation", OPEN_DOCUMENT),
        ("doc", "application/msword", "application/x-ole"),
        ("xls", "application/vnd.ms-excel", "application/x-ole"),
        ("ppt", "application/vnd.ms-powerpoint", "application/x-ole"),
        ("epub", "application/epub+zip", "application/epub+zip"),
        ("txt log", "text/plain", _TEXT),
        ("md markdown", "text/markdown", _TEXT),
        ("csv", "text/csv", _TEXT),
        ("tsv", "text/tab-separated-values", _TEXT),
        ("json ipynb", "application/json", _TEXT),
        ("vtt", "text/vtt", "text/vtt"),
    ]
    for ending in endings.split()
}
"""By extension: the media type, and the recognised contents that it may have."""

UNNAMED = {
    "application/ogg": "audio/ogg",
    "application/x-ole": UNKNOWN,
    OPEN_XML: "application/zip",
    OPEN_DOCUMENT: "application/zip",
}
"""The media type of content that only the name could tell more of."""

FOLDERS = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}
"""What an office document of this extension has in its archive."""

REFUSED_NAMES = frozenset([
    "apk", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "htm", "html", "jar", "jse", "lnk", "mht",
    "mhtml", "msi", "pif", "scr", "shtml", "svgz", "vbe", "vbs", "wsf", "xht", "xhtml",
])  # fmt: skip
"""Programs and web pages."""
