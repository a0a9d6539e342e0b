"""How far the number of a page can be trusted: its grade, and the fixes that would raise it most."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadran.kpis.columns import dimension_name
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.row_words import row_words
from cadran.kpis.selection import Selection
from cadran.metrics.compare import Beside, beside
from cadran.metrics.confidence import Confidence, Lack
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Language
from cadran.metrics.result import Result
from cadran.ui.formats import Formats

SHOWN = 5
_COLUMN = re.compile(r"\b(?P<no>(?:no|pas de) )?(?P<name>(?(no)[a-z_]+$|[a-z]+(?:_[a-z]+)+))\b")
"""A column in a phrase: the last word after "no", else a word with an underscore."""


@dataclass(frozen=True)
class Fix:
    """What to mend: the fault in words, how many rows have it, what mending them adds, and where they are listed."""

    words: str
    count: str
    gain: str
    url: str


@dataclass(frozen=True)
class Trust:
    """A grade with the share behind it, both empty when there is no row to judge. ``every``: all grades, on a page."""

    grade: str
    share: str
    fixes: Sequence[Fix]
    every: str


def trust(found: Confidence, total: Result, selection: Selection, reader: Reader) -> Trust:
    """The confidence of a page's number, ready to be shown."""
    formats = reader.formats
    here = kpi_url(total.metric, selection.query())
    joint = "&" if "?" in here else "?"
    fixes = [
        Fix(
            lack_words(lack, reader.language),
            formats.number(Decimal(lack.count)),
            formats.percent(lack.gain),
            f"{here}{joint}mend={place}#rows",
        )
        for place, lack in enumerate(found.lacks[:SHOWN], 1)
    ]
    share = "" if found.share is None else formats.percent(found.share)
    every = reverse("quality") + selection.query(by=None, where={}, grain=Selection.grain).rstrip("?")
    return Trust(found.grade or "", share, fixes, every)


def lack_words(lack: Lack, language: Language) -> str:
    """What is wrong with rows, columns called by their names: "no expected close", "pas de clôture prévue"."""
    said = _COLUMN.sub(lambda column: f"{column['no']}{dimension_name(column['name']).lower()}", lack.phrase[language])
    return re.sub(r"\b([Dd])e (?=[aeiouyâàéèêëîïôœh])", r"\1’", said) if language == "fr" else said


def chosen(url: QueryDict, found: Confidence) -> Lack | None:
    """The fix whose rows a URL asks for; raises QuestionError when there is none of this number."""
    text = url.get("mend")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(found.lacks)):
        raise QuestionError(_("There is no fix “%(number)s” here.") % {"number": text})
    return found.lacks[int(text[:4]) - 1]


def difference(metric: Result, variant: Result, formats: Formats) -> str:
    """Which rows make the difference between two definitions, in words."""
    return sides_words(beside(metric, variant), formats)


def sides_words(both: Beside, formats: Formats) -> str:
    """Which rows only one of two definitions reads, in words."""
    if both.same_rows:
        return _("the same rows, counted otherwise")
    return " · ".join(_sides(both, formats))


def _sides(both: Beside, formats: Formats) -> list[str]:
    found = []
    for one in both.differences:
        rows = row_words(one.table).lower()
        if one.more:
            words = ngettext("%(n)s more row (%(rows)s)", "%(n)s more rows (%(rows)s)", one.more)
            found.append(words % {"n": formats.number(Decimal(one.more)), "rows": rows})
        if one.fewer:
            words = ngettext("%(n)s row fewer (%(rows)s)", "%(n)s rows fewer (%(rows)s)", one.fewer)
            found.append(words % {"n": formats.number(Decimal(one.fewer)), "rows": rows})
    return found
