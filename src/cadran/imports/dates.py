"""Dates and moments as people write them: 2024-03-05, 05/03/24 14:30, 3/5/2024 2:30 PM, 5 mars 2024."""

from django.utils.translation import gettext

from cadran.imports.sql import literal

ORDERS = {"dmy": "d m", "mdy": "m d"}
TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p")
EARLIEST, LATEST = "1900-01-01", "2199-12-31 23:59:59"

MONTHS = {
    1: "jan january janv janvier",
    2: "feb february fev fevr fevrier",
    3: "mar march mars",
    4: "apr april avr avril",
    5: "may mai",
    6: "jun june juin",
    7: "jul july juil juillet",
    8: "aug august aou aout",
    9: "sep sept september septembre",
    10: "oct october octobre",
    11: "nov november novembre",
    12: "dec december decembre",
}

NUMERIC = r"^\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})($|[ T,])"  # a date whose order must be known
_PARTS = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2,4}),?"
_OFFSET = r"\d{2}:\d{2}(:\d{2}([.]\d+)?)? ?(Z|UTC|GMT|[-+]\d{2}(:?\d{2})?)$"


def _formats(order: str, year: str) -> str:
    first, second = ORDERS[order].split()
    return ", ".join(literal(f"%{first}-%{second}-{year}{time}") for time in TIMES)


def _numeric(text: str, order: str) -> str:
    """A date in a given order, with two or four digits for the year."""
    same = rf"regexp_replace({text}, '{_PARTS}', '\1-\2-\3')"
    short = rf"regexp_matches({text}, '^\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{2}}($|\D)')"
    if order == "ymd":
        turned = rf"regexp_replace({text}, '{_PARTS}', '\3-\2-\1')"
        return f"CASE WHEN {short} THEN try_strptime({turned}, [{_formats('dmy', '%y')}]) END"
    return (
        f"CASE WHEN {short} THEN try_strptime({same}, [{_formats(order, '%y')}]) "
        f"ELSE try_strptime({same}, [{_formats(order, '%Y')}]) END"
    )


def _written(text: str) -> str:
    """A date whose month is a word, in English or French."""
    cases = " ".join(
        f"WHEN {literal(word)} THEN '{month}'" for month, words in MONTHS.items() for word in words.split()
    )
    month = f"CASE regexp_extract(lower(strip_accents({text})), '[a-z]{{3,}}') {cases} END"
    numbers = rf"regexp_extract_all({text}, '\d+')"
    first, second = f"{numbers}[1]", f"{numbers}[2]"
    day, year = (
        f"CASE WHEN length({first}) = 4 THEN {one} ELSE {two} END" for one, two in ((second, first), (first, second))
    )
    return (
        rf"CASE WHEN length({text}) < 40 AND regexp_matches({text}, '\pL{{3,}}') AND len({numbers}) = 2 THEN "
        f"try_strptime({day} || '-' || {month} || '-' || {year}, ['%d-%m-%y', '%d-%m-%Y']) END"
    )


def timestamp_sql(text: str, order: str) -> str:
    """What a clock on the wall showed, whatever its zone; NULL when it cannot be read."""
    if order == "unix":
        return f"make_timestamp(try_cast({text} AS BIGINT) * 1000000)"
    year_first = f"substr({text}, 5, 1) IN ('-', '/') AND left({text}, 1) BETWEEN '0' AND '9'"
    iso = f"CASE WHEN {year_first} THEN try_cast({text} AS TIMESTAMP) END"
    whole = rf"CASE WHEN regexp_full_match({text}, '[12]\d{{7}}') THEN try_strptime({text}, '%Y%m%d') END"
    steps = [iso, whole, _numeric(text, order), _written(text)]
    return "coalesce({})".format(", ".join(steps))


def date_reason(text: str, value: str, order: str, unread: str) -> str:
    """Why a text has no date, with the words for one that cannot be read; NULL when nothing is wrong."""
    far = gettext("is not between the years 1900 and 2199")
    told = {"dmy": gettext(" (day, month, year)"), "mdy": gettext(" (month, day, year)")}.get(order, "")
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN {value} IS NULL THEN {literal(unread + told)} "
        f"WHEN {value} NOT BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}' "
        f"THEN {literal(far)} END"
    )


def day_sql(text: str, order: str) -> str:
    """The day as DATE; NULL when it cannot be read."""
    return f"CAST({timestamp_sql(text, order)} AS DATE)"


def moment_sql(text: str, order: str, zone: str) -> str:
    """The moment as TIMESTAMP in UTC; NULL when it cannot be read. Without an offset it is local to `zone`."""
    local = timestamp_sql(text, order)
    shifted = local if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {local}))"
    told = rf"CASE WHEN regexp_matches({text}, '{_OFFSET}') THEN timezone('UTC', try_cast({text} AS TIMESTAMPTZ)) END"
    return f"coalesce(CASE WHEN length({text}) > 16 THEN {told} END, {shifted})"


def readable_as(text: str, order: str) -> str:
    """Whether a numeric date can be read in this order, as BOOLEAN."""
    return f"({_numeric(text, order)}) IS NOT NULL"
