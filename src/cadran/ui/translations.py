"""The words of the pages in French: compiled from locale/*.po with Babel, so that no machine needs GNU gettext."""

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"


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
