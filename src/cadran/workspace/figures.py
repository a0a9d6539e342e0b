"""The KPIs of one account, by the way that all numbers take: limited to the account, and to what the member may see."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.crm.models import Account
from cadran.kpis.answer import answer_all, catalogue, fact_tables, newest_day, within_reach
from cadran.kpis.reader import Reader
from cadran.kpis.selection import read
from cadran.kpis.tile import Tile, tile, together
from cadran.metrics.errors import FactsError
from cadran.metrics.question import UNKNOWN

KEYS = ("revenue", "pipeline_value", "open_tickets", "health_score")


def figures(account: Account, reader: Reader) -> list[Tile]:
    """The KPIs of an account over the last twelve months.

    None when they cannot be told apart from others' (see `untold`), or when there are no facts.
    """
    if untold(account):
        return []
    try:
        tables, metrics = fact_tables(), catalogue()
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


def untold(account: Account) -> str:
    """Why the numbers of an account cannot be told: they are told apart by its name; "" when they can."""
    if account.name == UNKNOWN:
        return _("Its name is the word for no name in numbers, so its own cannot be told. Give it another name.")
    if Account.objects.filter(name=account.name).count() > 1:
        return _("Another account has the same name, so its numbers cannot be told apart. Rename one of them.")
    return ""
