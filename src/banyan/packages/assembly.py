"""Puts a package together from a tree of files."""

import re

from msgspec.structs import replace

from banyan.kit.markdown import render, text_of
from banyan.packages import manifest
from banyan.packages.bank import BANK, read_bank, read_test
from banyan.packages.checking import check_questions, check_texts
from banyan.packages.fields import Fields, tidy
from banyan.packages.manifest import Entry, entries
from banyan.packages.model import Asset, Package, PackageItem, PackageModule, PackageUnreadable
from banyan.packages.model_tests import PackageBank
from banyan.packages.outline import CONFIGURATIONS, Section, episodes, index_of, is_index, sections
from banyan.packages.paths import is_markdown, spoken
from banyan.packages.plain_yaml import BadYaml, Node, read_yaml
from banyan.packages.references import References
from banyan.packages.report import Report
from banyan.packages.text import Text, read_characters, read_text
from banyan.packages.tree import Tree

__all__ = ["Assembly"]

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_LINKED = re.compile(r"<a [^>]*>.*?</a>|<span [^>]*>.*?</span>|<img [^>]*>", re.DOTALL)
_LONGEST_SUMMARY = 500
_MOST_UNUSED = 20


class Assembly:
    """One reading of a tree."""

    def __init__(self, tree: Tree, report: Report) -> None:
        self._tree = tree
        self._report = report
        self._texts: dict[str, Text] = {}
        self._kept: set[str] = set()
        self._bank = PackageBank({}, {})

    def package(self) -> Package:
        """The whole course.

        Raises:
            PackageUnreadable: there is nothing to learn in it.
        """
        own = self._fields(manifest.NAME)
        config_name, config = self._configuration()
        index = index_of("", self._tree.files)
        about = self._text(index) if index and "modules" not in own else None
        title = own.text("title") or config.text("title") or (about.title if about else "") or spoken(self._tree.name)
        self._bank = read_bank(self._tree.files.get(BANK), self._report)
        if "modules" in own:
            modules = self._listed(own)
        elif "episodes" in config:
            found = episodes(list(config.texts("episodes")), self._tree.files, config_name, self._report)
            modules = [self._module(section, title) for section in found]
        else:
            modules = [self._module(section, title) for section in sections(self._tree.files, self._report)]
        modules = [module for module in modules if module.items or "modules" in own]
        if not any(module.items for module in modules):
            raise PackageUnreadable("no_lessons", "There is nothing to learn here: no Markdown file was found.")
        language = own.language("language") or config.language("lang") or config.language("language")
        package = Package(
            title=title,
            summary=own.summary() or (self._summary(about, index) if about and index else ""),
            category=own.text("category", 100),
            difficulty=own.difficulty(),
            language=language or (about.fields.language("language") if about else "") or "en",
            cover=self._file(own, "cover"),
            modules=modules,
            bank=self._bank,
        )
        return self._with_assets(package, own)

    def _fields(self, name: str) -> Fields:
        return _fields_in(self._tree.files.get(name), name, self._report)

    def _configuration(self) -> tuple[str, Fields]:
        """The Carpentries' configuration; one that lies above the folder only when it lists what is in the folder."""
        name = "config.yaml"
        if name in self._tree.files:
            return name, self._fields(name)
        above, asset = f"../{name}", self._tree.above.get(name)
        listed = _fields_in(asset, above, Report()).texts("episodes")
        if any(path in self._tree.files for path, _ in listed):
            return above, _fields_in(asset, above, self._report)
        return name, _fields_in(None, name, self._report)

    def _text(self, path: str) -> Text | None:
        if path not in self._texts:
            asset = self._tree.files.get(path)
            limit = self._tree.limits.source_length
            characters = read_characters(asset, self._report, limit) if asset else None
            if characters is None:
                return None
            self._texts[path] = read_text(characters, path, self._report)
        return self._texts[path]

    def _summary(self, about: Text, path: str) -> str:
        """The first paragraph that says something beside links and pictures."""
        html = render(about.body).html
        said = [match[1] for match in _PARAGRAPH.finditer(html) if text_of(_LINKED.sub("", match[1]))]
        if len(said) > 1:
            detail = "Of this file, the first paragraph was taken as the course's summary."
            self._report.warn(path, None, "left_out", detail)
        written = about.fields.summary()
        summary = written or tidy(text_of(said[0]) if said else "")
        return summary if len(summary) <= _LONGEST_SUMMARY else summary[: _LONGEST_SUMMARY - 1].rstrip() + "…"

    def _module(self, section: Section, course: str) -> PackageModule:
        title = spoken(section.folder) if section.folder else course
        items = []
        introduction = self._text(section.introduction) if section.introduction else None
        if introduction and section.introduction:
            title = introduction.title or title
            if introduction.body.strip():
                items.append(self._lesson(section.introduction, introduction, title))
        for path in section.files:
            if not is_markdown(path):
                items.append(PackageItem(kind="file", title=spoken(path), asset=path))
            elif text := self._text(path):
                name = path.rpartition("/")[0] if is_index(path) else path
                items.append(self._lesson(path, text, text.title or spoken(name)))
        return PackageModule(title, items)

    def _lesson(self, path: str, text: Text, title: str) -> PackageItem:
        if not text.body.strip():
            self._report.warn(path, None, "empty_lesson", "The lesson has no text.")
        return PackageItem(
            kind="lesson",
            title=title,
            source=text.body,
            release_at=text.fields.moment("release"),
            due_at=text.fields.moment("due"),
            minutes=text.fields.minutes("minutes") or text.fields.minutes("teaching", "exercises"),
            path=path,
        )

    def _listed(self, own: Fields) -> list[PackageModule]:
        """The modules as the manifest has them."""
        modules = []
        for fields in own.mappings("modules"):
            items = [item for entry in entries(fields) if (item := self._item(entry))]
            modules.append(PackageModule(fields.text("title") or fields.text("") or "Untitled", items))
        placed = {item.path for module in modules for item in module.items} | {path for path, _ in own.texts("assets")}
        for path in self._tree.files:
            if is_markdown(path) and path not in placed:
                self._report.warn(
                    path, None, "not_listed", f"{manifest.NAME} does not list this file; it was left out."
                )
        return modules

    def _item(self, entry: Entry) -> PackageItem | None:
        fields = entry.fields
        if entry.kind == "test":
            return self._test(entry.names, fields)
        path = entry.names if entry.kind == "lesson" else fields.text("text", 500)
        text = self._named_text(path, fields, entry.kind if entry.kind == "lesson" else "text") if path else None
        if entry.kind == "lesson" and text is None:
            return None
        lesson = self._lesson(path, text, "") if text and entry.kind == "lesson" else PackageItem(entry.kind, "")
        on_web = entry.names.startswith(("http://", "https://"))
        asset = None if entry.kind in {"lesson", "link"} or on_web else self._file(fields, entry.kind)
        url = fields.address(entry.kind) if entry.kind == "link" or (entry.kind == "video" and on_web) else None
        if entry.kind != "lesson" and not (asset or url):
            return None
        return PackageItem(
            kind=entry.kind,
            title=fields.text("title") or (text.title if text else "") or spoken(path or asset or url or ""),
            source=text.body if text else "",
            url=url,
            asset=asset,
            release_at=fields.moment("release") or lesson.release_at,
            due_at=fields.moment("due") or lesson.due_at,
            minutes=fields.minutes("minutes") or lesson.minutes,
            path=path if text else None,
        )

    def _test(self, path: str, fields: Fields) -> PackageItem | None:
        if not self._is_new(path, fields, "test"):
            return None
        test = read_test(self._tree.files[path], self._bank, self._report)
        return PackageItem("test", fields.text("title") or spoken(path), path=path, test=test) if test else None

    def _named_text(self, path: str, fields: Fields, name: str) -> Text | None:
        """A text that a field names."""
        return self._text(path) if self._is_new(path, fields, name) else None

    def _is_new(self, path: str, fields: Fields, name: str) -> bool:
        """Whether the file that a field names is there, and was not named before."""
        if path in self._kept:
            fields.lose(name, "duplicate_name", f"“{path}” is listed twice; it stands only in its first place.")
            return False
        if path not in self._tree.files:
            fields.lose(name, "missing_file", f"There is no file “{path}”.")
            return False
        self._kept.add(path)
        return True

    def _file(self, fields: Fields, name: str) -> str | None:
        path = fields.text(name, 500)
        if path and path not in self._tree.files:
            fields.lose(name, "missing_file", f"There is no file “{path}”.")
            return None
        return path or None

    def _with_assets(self, package: Package, own: Fields) -> Package:
        """The package with the files that it needs, after a look at every text."""
        items = [item for module in package.modules for item in module.items if item.test is None]
        tests = {item.path: item.test for module in package.modules for item in module.items if item.path and item.test}
        offsets = {path: self._texts[path].offset for item in items if (path := item.path)}
        listed = {item.asset for item in items if item.asset} | ({package.cover} if package.cover else set())
        for path, line in own.texts("assets"):
            if path in self._tree.files:
                listed.add(path)
            else:
                self._report.lose(manifest.NAME, line, "missing_file", f"There is no file “{path[:200]}”.")
        available = listed | {path for path in self._tree.files if not is_markdown(path)}
        needed = listed | check_texts(items, offsets, available, package.language, self._report)
        needed |= check_questions(
            package.bank, tests, References.of(replace(package, assets=dict.fromkeys(available))), self._report
        )
        unused = [
            path
            for path in self._tree.files
            if path not in needed | self._kept | {*CONFIGURATIONS, BANK} and not is_markdown(path)
        ]
        for path in unused[:_MOST_UNUSED]:
            self._report.warn(path, None, "unused_file", "No text refers to this file; it was left out.")
        if len(unused) > _MOST_UNUSED:
            detail = f"No text refers to {len(unused) - _MOST_UNUSED} more files; they were left out."
            self._report.warn(unused[_MOST_UNUSED], None, "unused_file", detail)
        assets = {path: self._tree.files[path] for path in sorted(needed)}
        return replace(package, assets=assets, report=self._report.lines())


def _fields_in(asset: Asset | None, name: str, report: Report) -> Fields:
    """The fields of a YAML file, or none."""
    characters = read_characters(asset, report, 1 << 20) if asset else None
    try:
        node = read_yaml(characters or "")
    except BadYaml as bad:
        report.warn(name, bad.line, "bad_yaml", bad.detail)
        node = Node(None, 1)
    return Fields(node, name, report)
