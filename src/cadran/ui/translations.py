"""The words of the pages in other languages: found, kept and compiled with Babel, so that no machine needs GNU gettext.

``python -m cadran.ui.translations`` brings the .po files up to date with the words found in the code.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template

LOCALE = Path(__file__).parent / "locale"
CODE = Path(__file__).parent.parent
_KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}


def read(po: Path) -> Catalog:
    """The messages of a .po file."""
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name)


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Compile each .po file whose .mo file is missing or older; the .mo files written."""
    written = []
    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        aside = mo.with_name(f"{mo.name}.{os.getpid()}")
        with aside.open("wb") as file:
            write_mo(file, read(po))
        aside.replace(mo)
        written.append(mo)
    return written


def found(code: Path = CODE) -> Catalog:
    """Every message of the code and of the templates, with the files that say it."""
    messages = Catalog(project="Cadran", copyright_holder="The Cadran founders", fuzzy=False)
    for file, source in _sources(code):
        for line, message, comments, context in extract(
            "python", BytesIO(source.encode()), _KEYWORDS, ["Translators:"]
        ):
            messages.add(
                message, locations=[(file.relative_to(code).as_posix(), line)], auto_comments=comments, context=context
            )
    return messages


def update(po: Path) -> None:
    """Bring a .po file up to date with the code: new messages are empty, those no longer said are dropped."""
    kept = read(po) if po.exists() else Catalog(locale=po.parent.parent.name, project="Cadran", fuzzy=False)
    kept.update(found(), no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    with po.open("wb") as file:
        write_po(file, kept, width=120, include_lineno=False, sort_by_file=True)


def _sources(code: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(code.rglob("*")):
        if file.suffix == ".py" and "tests" not in file.parts and "migrations" not in file.parts:
            yield file, file.read_text("utf-8")
        elif file.suffix in (".html", ".txt") and "templates" in file.parts:
            yield file, template.templatize(file.read_text("utf-8"))


if __name__ == "__main__":
    for po in LOCALE.glob("*/LC_MESSAGES/*.po"):
        update(po)
