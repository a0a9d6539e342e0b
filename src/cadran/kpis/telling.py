"""A question told to other tools: as a command, as Python, as SQL, by HTTP; each gives the same answer."""

from shlex import quote

from cadran.metrics.question import UNKNOWN, Question
from cadran.metrics.result import Result


def as_command(question: Question) -> str:
    """The command line that asks the same."""
    words = ["cadran", "ask", question.metric]
    words += [part for name in question.by for part in ("--by", name)]
    words += ["--grain", question.grain] if question.grain else []
    words += ["--from", str(question.start)] if question.start else []
    words += ["--to", str(question.end)] if question.end else []
    words += [
        part
        for name, values in question.where.items()
        for v in values
        for part in ("--where", f"{name}={v or UNKNOWN}")
    ]
    words += ["--compare", question.compare.replace("_", "-")] if question.compare else []
    words += ["--as-of", str(question.as_of)] if question.as_of else []
    return " ".join(map(quote, [*words, *(["--interval"] if question.interval else [])]))


def as_python(question: Question) -> str:
    """The call of the library that asks the same, of a ``crm`` that ``cadran.open()`` gave."""
    given: dict[str, object] = {
        "by": list(question.by),
        "grain": question.grain,
        "start": question.start and str(question.start),
        "end": question.end and str(question.end),
        "where": {name: list(values) for name, values in question.where.items()},
        "compare": question.compare,
        "as_of": question.as_of and str(question.as_of),
        "interval": question.interval,
    }
    arguments = "".join(f"    {name}={value!r},\n" for name, value in given.items() if value)
    return f"crm.ask(\n    {question.metric!r},\n{arguments})"


def as_sql(result: Result) -> str:
    """The statements over the published facts that yield the parts of the answer, and what is done with them."""
    formula = f"-- {result.metric.key} = {result.metric.formula}\n"
    return formula + ";\n".join(result.statements()) + ";"


def as_http(address: str) -> str:
    """The request that asks the same, as whoever is signed in with the session that its cookie names."""
    return f"curl --cookie sessionid=YOUR_SESSION {quote(address)}"
