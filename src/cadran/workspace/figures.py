"""The KPIs of one account, by the way that all numbers take: limited to the account, and to what the member may see."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.crm.merge import links_to
from cadran.crm.models import Account
from cadran.kpis.answer import answer_all, catalogue, fact_tables, newest_day, within_reach
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection, read
from cadran.kpis.tile import Tile, is_stock, tile, together
from cadran.members.models import Member
from cadran.metrics.errors import FactsError
from cadran.metrics.question import UNKNOWN
from cadran.workspace.find import visible

KEYS = ("revenue", "pipeline_value", "open_tickets", "health_score")


def figures(account: Account, reader: Reader, member: Member) -> list[Tile]:
    """The KPIs of an account: over the last twelve months, or as they stand today.

    None when they cannot be told apart from others' (see `untold`), or when there are no facts.
    """
    if untold(account, member):
        return []
    try:
        tables, metrics = fact_tables(member), catalogue()
        shown = [
            metrics[key]
            for key in KEYS
            if "account" in metrics[key].dimensions(tables) and within_reach(metrics[key], reader.member)
        ]
        selections = [_selection(account, "month" if is_stock(metric) else "12_months", reader) for metric in shown]
        pairs = list(zip(shown, selections, strict=True))
        questions = [q for metric, over in pairs for q in (over.total(metric.key), over.months(metric.key))]
        answers = answer_all(questions, member=reader.member, today=reader.today)
    except FactsError:
        return []
    told = zip(together(answers[::2]), answers[1::2], selections, strict=True)
    return [tile(total, months, over, reader) for total, months, over in told]


def _selection(account: Account, period: str, reader: Reader) -> Selection:
    asked = QueryDict(urlencode({"period": period, "filter.account": account.name}))
    return read(asked, reader.today, reader.calendar, newest_day(reader.today))


def untold(account: Account, member: Member) -> str:
    """Why the numbers of an account cannot be told: they are told apart by its name; "" when they can."""
    if account.name == UNKNOWN:
        return _("Its name is the word for no name in numbers, so its own cannot be told. Give it another name.")
    if _mixed(account, member):
        return _("Another account has the same name, so its numbers cannot be told apart. Rename one of them.")
    return ""


def _mixed(account: Account, member: Member) -> bool:
    """Whether the member sees another account of this name, or anything that hangs on one.

    One that went into another has nothing left that could be counted; one that he may not see is not betrayed.
    """
    same = Account.objects.filter(name=account.name, merged_into=None).exclude(pk=account.pk)
    others = list(same.values_list("pk", flat=True))
    if not others:
        return False
    seen = [visible("account", member).filter(pk__in=others)]
    seen += [visible(kind, member).filter(**{f"{field.name}__in": others}) for kind, field in links_to("account")]
    return any(found.exists() for found in seen)
