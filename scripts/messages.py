"""The words of the school: collected from the code, kept in locale/, compiled for server and page.

    python scripts/messages.py update    collect what the code says into locale/<language>/LC_MESSAGES/*.po
    python scripts/messages.py compile   .mo for Django, words/<language>.js for the pages (`make` does it by itself)
    python scripts/messages.py check     what is missing, doubtful, or names other facts than the English

Babel does the work, so that no gettext needs to be installed. How to add a language: docs/translating.md.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from gettext import c2py
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locale"
PAGE_WORDS = ROOT / "static" / "dist" / "words"

Keywords = dict[str, tuple[int | tuple[int, str], ...] | None]
# `phrase`, `phrase_n` and `term` are the engine's (tutor/saying.py): it knows no Django, and what it says is put into a
# reader's language where it leaves the school.
PYTHON_WORDS: Keywords = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "phrase")),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "phrase_n"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "noted", "term"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}
PAGE_SCRIPT_WORDS: Keywords = {"t": None, "tn": (1, 2)}
# A catalogue is named as gettext names it, and holds what these files say.
SOURCES = {
    "django": [
        ("lessons", "*.py"),
        ("tutor", "*.py"),
        ("tutor/notation", "instruments.json"),
        ("templates", "*.html"),
        ("templates", "*.txt"),
    ],
    "djangojs": [("static/src", "*.js")],
}
COMMENT = "Translators:"
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*(?:[:.!][^{}]*)?\}|%%|%[sd]")


def main() -> int:
    """0, or 1 where `check` finds something."""
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what == "update":
        for language in languages():
            for domain in SOURCES:
                update(domain, language)
    elif what == "compile":
        for language in languages():
            compile_for_django(language)
            compile_for_pages(language)
    elif what == "check":
        faults = [fault for language in languages() for domain in SOURCES for fault in faults_in(domain, language)]
        print("\n".join(faults) or "Every word is translated.")
        return 1 if faults else 0
    else:
        print(__doc__)
        return 1
    return 0


def languages() -> list[str]:
    """Those that have a folder; English is the code's own."""
    return sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def collected(domain: str) -> Catalog:
    """What the code says today."""
    catalog = Catalog(charset="utf-8")
    if domain == "django":
        for label in _labels_of_models():
            catalog.add(label, locations=[("lessons/labels.py", 0)], context="admin")
    for folder, pattern in SOURCES[domain]:
        for path in sorted((ROOT / folder).rglob(pattern)):
            if "migrations" in path.parts:
                continue
            for words, comments, context in _said_in(path):
                catalog.add(
                    words, locations=[(str(path.relative_to(ROOT)), 0)], auto_comments=comments, context=context
                )
    return catalog


def _labels_of_models() -> list[str]:
    """What the models call themselves: Django makes most of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutor.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from lessons.labels import labels

    return labels()


Said = Iterator[tuple[str | tuple[str, ...], list[str], str | None]]


def _said_in(path: Path) -> Said:
    if path.suffix == ".json":
        for instrument in json.loads(path.read_text()):
            yield from ((instrument[name], [], None) for name in ("label", "family"))
        return
    if path.suffix == ".py":
        found = extract("python", BytesIO(path.read_bytes()), PYTHON_WORDS, [COMMENT])
    elif path.suffix == ".js":
        found = extract("javascript", BytesIO(path.read_bytes()), PAGE_SCRIPT_WORDS, [COMMENT])
    else:
        found = extract(_template_words, BytesIO(path.read_bytes()), PYTHON_WORDS, [COMMENT])
    for _, words, comments, context in found:
        yield words, comments, context


def _template_words(file: BytesIO, keywords: Keywords, comments: Iterable[str], options: object) -> Iterator[object]:
    """Django turns a template into something like Python; in brackets, so that its indents mean nothing."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    source = templatize(file.read().decode())
    yield from extract_python(BytesIO(f"(\n{source}\n)".encode()), keywords, comments, {"encoding": "utf-8"})


def path_of(domain: str, language: str) -> Path:
    """Where a catalogue is kept."""
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


def read(domain: str, language: str) -> Catalog:
    """A catalogue as it is kept, or an empty one."""
    path = path_of(domain, language)
    if not path.exists():
        return Catalog(locale=language, domain=domain, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def update(domain: str, language: str) -> None:
    """New words are added, gone ones go; nothing is guessed from what looks alike."""
    catalog = read(domain, language)
    catalog.update(collected(domain), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# {Locale.parse(language).english_name} words of Woodshed: see docs/translating.md."
    out = BytesIO()
    write_po(out, catalog, width=110, include_lineno=False, sort_by_file=True, omit_header=False)
    # A date of collecting would change with every run, and tell nobody anything.
    text = re.sub(
        rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|'
        rb"Generated-By|Project-Id-Version): .*\n",
        b"",
        out.getvalue(),
        flags=re.MULTILINE,
    )
    path_of(domain, language).write_bytes(text)


def compile_for_django(language: str) -> None:
    """What gettext reads."""
    with path_of("django", language).with_suffix(".mo").open("wb") as file:
        write_mo(file, read("django", language))


def compile_for_pages(language: str) -> None:
    """A script of one statement, loaded before the page's own: the policy of the pages allows no inline one."""
    catalog = read("djangojs", language)
    said = {_key(message): page_value(message, language) for message in catalog if message.id and _is_whole(message)}
    words = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    PAGE_WORDS.mkdir(parents=True, exist_ok=True)
    (PAGE_WORDS / f"{language}.js").write_text(f"globalThis.woodshedWords={words};\n", encoding="utf-8")


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def page_value(message: Message, language: str) -> str | dict[str, str]:
    """Plurals by the name that Intl.PluralRules gives to a number, not by gettext's index."""
    if isinstance(message.id, str):
        return str(message.string)
    name_of = Locale.parse(language).plural_form
    index_of = c2py(get_plural(language).plural_expr)
    # Two hundred numbers meet every rule there is for whole ones.
    return {name_of(n): message.string[index_of(n)] for n in range(200)}


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def faults_in(domain: str, language: str) -> list[str]:
    """Each in a line: what the code says and the catalogue doesn't, or says doubtfully, or with other facts."""
    catalog = read(domain, language)
    faults = []
    for message in collected(domain):
        if not message.id:
            continue
        kept = catalog.get(_key(message), context=message.context)
        where = f"{language} {domain}: {_key(message)!r}"
        if kept is None or not _is_whole(kept):
            faults.append(f"{where} has no translation ({message.locations[0][0]})")
        elif kept.fuzzy:
            faults.append(f"{where} is marked as doubtful")
        elif wrong := facts_that_differ(message, kept):
            faults.append(f"{where}: {wrong}")
    return faults


def facts_that_differ(message: Message, kept: Message) -> str:
    """A translation names the facts of the English; of a plural each form may leave out what its sentence needs not."""
    if isinstance(message.id, str):
        ours, theirs = set(PLACE.findall(message.id)), set(PLACE.findall(str(kept.string)))
        return "" if ours == theirs else f"{sorted(ours)} in English, {sorted(theirs)} here"
    allowed = {place for form in message.id for place in PLACE.findall(form)}
    needed = set(PLACE.findall(message.id[1]))
    if needed != set(PLACE.findall(kept.string[1])):
        return f"{sorted(needed)} in the English plural, {kept.string[1]!r} here"
    extra = set(PLACE.findall(kept.string[0])) - allowed
    return f"{sorted(extra)} is no fact of the English" if extra else ""


if __name__ == "__main__":
    sys.exit(main())
