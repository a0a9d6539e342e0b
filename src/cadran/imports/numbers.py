"""Numbers as people write them: 1234.5, 1 234,50 €, (1,200), 12 %."""

from decimal import Decimal

from django.utils.translation import gettext

from cadran.imports.sql import literal

EXACT_DIGITS = 15
MARKS = {"point": (".", ","), "comma": (",", ".")}  # the decimal mark, and the one between thousands


def bare(text: str) -> str:
    """Without spaces, currency and apostrophes between thousands; (12) is −12."""
    stripped = f"translate({text}, ' \u00a0\u202f’''_€$£¥−', '')"
    signed = f"CASE WHEN contains({text}, '−') THEN '-' || {stripped} ELSE {stripped} END"
    uncoded = rf"regexp_replace({signed}, '^([-+]?)([A-Z]{{3}})|([A-Z]{{3}})$', '\1')"
    freed = rf"regexp_replace({uncoded}, '^\((.+)\)$', '-\1')"
    return f"CASE WHEN regexp_matches({text}, '[A-Z(]') THEN {freed} ELSE {signed} END"


def pattern(mark: str) -> str:
    """What a number looks like with this decimal mark. A thousands group never follows a leading zero."""
    decimal, thousands = MARKS[mark]
    whole = rf"(\d+|[1-9]\d{{0,2}}([{thousands}]\d{{3}})+)"
    return rf"[-+]?({whole}([{decimal}]\d*)?|[{decimal}]\d+)([eE][-+]?\d{{1,4}})?%?"


def number_sql(text: str, mark: str, places: int) -> str:
    """The value as DECIMAL with so many places (rounded half away from zero); NULL when it is not a number."""
    type_ = f"DECIMAL({21 + places}, {places})"
    decimal, thousands = MARKS[mark]
    plain = f"replace(replace(rtrim({bare(text)}, '%'), '{thousands}', ''), '{decimal}', '.')"
    slow = (
        f"CASE WHEN regexp_full_match({bare(text)}, '{pattern(mark)}') THEN "
        f"CASE WHEN contains({text}, '%') THEN CAST(try_cast({plain} AS DECIMAL(38, 10)) / 100 AS {type_}) "
        f"ELSE try_cast({plain} AS {type_}) END END"
    )
    # Most numbers are plain digits with a point, which is read at once; only with a decimal comma does 1.234 mean more.
    digits = f"CASE WHEN NOT contains({text}, '_') THEN try_cast({text} AS {type_}) END"
    fast = digits if mark == "point" else f"CASE WHEN NOT contains({text}, '.') THEN {digits} END"
    return f"coalesce({fast}, {slow})"


def number_reason(
    text: str, value: str, mark: str, places: int, low: Decimal | None = None, high: Decimal | None = None
) -> str:
    """Why a text has no value, or one that cannot be kept; NULL when nothing is wrong."""
    other = "comma" if mark == "point" else "point"
    large, unread = gettext("is too large"), gettext("is not a number")
    marked = (
        gettext("is not a number with a decimal comma")
        if mark == "comma"
        else gettext("is not a number with a decimal point")
    )
    wrong = (
        f"CASE WHEN regexp_full_match({bare(text)}, '{pattern(mark)}') THEN {literal(large)} "
        f"WHEN regexp_full_match({bare(text)}, '{pattern(other)}') THEN {literal(marked)} "
        f"ELSE {literal(unread)} END"
    )
    reasons = [f"WHEN {value} IS NULL THEN {wrong}"]
    if low is not None and high is not None:
        told = gettext("is not between %(low)s and %(high)s") % {"low": f"{low:,}", "high": f"{high:,}"}
        reasons.append(f"WHEN {value} NOT BETWEEN {low} AND {high} THEN {literal(told)}")
    exact = Decimal(10) ** (EXACT_DIGITS - places)
    digits = f"length(regexp_replace(CAST({value} AS VARCHAR), '^-?0*|[.]|[.]?0*$', '', 'g'))"
    long = f"abs({value}) >= {exact} AND {digits} > {EXACT_DIGITS}"
    told = gettext("has more than %(most)d significant digits") % {"most": EXACT_DIGITS}
    reasons.append(f"WHEN {long} THEN {literal(told)}")
    return f"CASE WHEN {text} IS NULL THEN NULL {' '.join(reasons)} END"
