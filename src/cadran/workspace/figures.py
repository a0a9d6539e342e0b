"""The KPIs of one account, by the way that all numbers take: limited to the account, and to what the member may see."""

from urllib.parse import urlencode

from django.http import QueryDict

from cadran.crm.models import Account
from cadran.kpis.answer import answer_all, catalogue, engine, newest_day, within_reach
from cadran.kpis.reader import Reader
from cadran.kpis.selection import read
from cadran.kpis.tile import Tile, tile, together
from cadran.metrics.errors import FactsError

KEYS = ("revenue", "pipeline_value", "open_tickets", "health_score")


def figures(account: Account, reader: Reader) -> list[Tile]:
    """The KPIs of an account over the last twelve months.

    None when another account bears the same name, since numbers are told apart by it, or when there are no facts.
    """
    if Account.objects.filter(name=account.name).count() > 1:
        return []
    try:
        tables, metrics = engine().tables, catalogue()
        shown = [
            metrics[key]
            for key in KEYS
            if "account" in metrics[key].dimensions(tables) and within_reach(metrics[key], reader.member)
        ]
        asked = QueryDict(urlencode({"period": "12_months", "filter.account": account.name}))
        selection = read(asked, reader.today, reader.calendar, newest_day(reader.today))
        questions = [q for metric in shown for q in (selection.total(metric.key), selection.months(metric.key))]
        answers = answer_all(questions, member=reader.member, today=reader.today)
    except FactsError:
        return []
    totals = together(answers[::2])
    return [tile(total, months, selection, reader) for total, months in zip(totals, answers[1::2], strict=True)]
