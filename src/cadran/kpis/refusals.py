"""Questions that cannot be answered, as pages that say why and what to do."""

import difflib
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from cadran.kpis.answer import Hidden, NotYours, catalogue, fact_tables, rests_on_seen
from cadran.kpis.choices import in_order
from cadran.kpis.columns import dimension_name
from cadran.kpis.reader import Reader
from cadran.metrics.errors import FactsError, QuestionError
from cadran.metrics.metric import Metric
from cadran.ui.views import sorry

type View = Callable[..., HttpResponseBase]


class Unknown(QuestionError):
    """There is no such metric: 404, where other bad questions are 400."""


def says_why(view: View) -> View:
    """Turn a question that has no answer into a page: 400, 403 (not yours), 404 (no such metric), 503 (no facts)."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Unknown as error:
            return sorry(
                request, 404, _("There is no such indicator"), str(error), _("Find it in the list of indicators.")
            )
        except Hidden:
            words = _("It rests on fields that your role does not see.")
            return sorry(
                request, 403, _("This indicator is not for your role"), words, _("Ask an administrator for access.")
            )
        except NotYours:
            words = _("It cannot be limited to what you may see.")
            return sorry(
                request, 403, _("This indicator is not for your role"), words, _("Ask an administrator for access.")
            )
        except QuestionError as error:
            return sorry(request, 400, _("This question has no answer"), str(error))
        except FactsError as error:
            return sorry(
                request, 503, _("The facts cannot be read"), str(error), _("Build them again with: cadran facts")
            )

    return answered


def find(key: str, reader: Reader) -> Metric:
    """The metric of this key; raises Unknown with the nearest ones."""
    metrics = catalogue()
    if key in metrics:
        return metrics[key]
    words = _("Nothing is called “%(key)s”.") % {"key": key}
    near = difflib.get_close_matches(key, [metric.key for metric in metrics], n=3, cutoff=0.5)
    if near:
        titles = ", ".join(f"{metrics[other].title[reader.language]} ({other})" for other in near)
        words = f"{words} {_('Did you mean: %(titles)s?') % {'titles': titles}}"
    raise Unknown(words)


def check_cohort(metric: Metric, who: Reader) -> None:
    """Raise QuestionError for a metric that is nothing without cohorts, as pages of one number cannot show it."""
    if metric.needs_cohort:
        words = _("“%(title)s” has a value by cohort only: put it on a board as a grid of cohorts.")
        raise QuestionError(words % {"title": metric.title[who.language]})


def open_to(metric: Metric, reader: Reader) -> Metric:
    """The metric, when it rests on nothing that is hidden from the reader; raises Hidden."""
    if not rests_on_seen(metric, reader.member):
        raise Hidden(f"{metric.key} rests on fields that your role does not see.")
    return metric


def check_dimensions(metric: Metric, names: list[str], reader: Reader) -> None:
    """Raise QuestionError in the reader's language when the metric cannot be split or filtered by one of these."""
    known = in_order(metric.dimensions(fact_tables(reader.member)))
    for name in names:
        if name not in known:
            words = _("“%(title)s” cannot be split by %(name)s. Split it by: %(known)s.")
            own = ", ".join(dimension_name(other) for other in known if "." not in other)
            raise QuestionError(
                words % {"title": metric.title[reader.language], "name": dimension_name(name), "known": own or "–"}
            )
