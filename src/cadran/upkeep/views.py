"""The pages of upkeep: how well the records are kept, and who uses the product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cadran.kpis import choices
from cadran.kpis.answer import fresh_at
from cadran.kpis.columns import dimension_name
from cadran.kpis.reader import Reader, reader_of
from cadran.kpis.refusals import says_why
from cadran.members.rights import GRANTS, Right, Role, Sight
from cadran.members.signed_in import signed_in
from cadran.ui.access import members
from cadran.upkeep import adoption as using
from cadran.upkeep import grades
from cadran.upkeep import quality as keeping
from cadran.upkeep.asking import one_of, read_selection
from cadran.upkeep.coaching import coach


def _reader(request: HttpRequest) -> Reader:
    """The reader of a page that does not follow the data by itself: it judges every indicator anew."""
    return reader_of(signed_in(request), get_language() or "en")


def _sees(request: HttpRequest) -> Sight:
    return GRANTS[Role(signed_in(request).role)].sees


@members
@require_safe
@says_why
def quality(request: HttpRequest) -> HttpResponse:
    """The quality of the data: by kind of record, what to mend first, and the grade of every indicator."""
    who = _reader(request)
    selection = read_selection(request.GET, who, "grade", "family", "trend")
    by = one_of(request.GET, "by", keeping.BY, "record")
    grade = one_of(request.GET, "grade", ("", *grades.LETTERS, grades.NONE), "")
    judged = grades.judge_all(selection, who)
    table = grades.graded(judged, selection, who)
    family = one_of(request.GET, "family", ["", *{one.family for one in table}], "")
    shown = [one for one in table if _shown(one, grade, family)]
    return render(
        request,
        "upkeep/quality.html",
        {
            "selection": selection,
            "latest": who.today,
            "periods": choices.period_choices(selection),
            "filters": choices.filters(selection, who.formats),
            "by": by,
            "splits": [choices.Choice(name, dimension_name(name), name == by) for name in keeping.BY],
            "sides": keeping.side_words().values(),
            "kept": keeping.quality(by, selection, who),
            "alone": _sees(request) is not Sight.ALL,
            "merges": signed_in(request).may(Right.RECORDS),
            "fixes": grades.fixes(judged, selection, who),
            "letters": _letters(table, grade),
            "families": _families(table, family),
            "graded": shown if grade or family else [one for one in shown if one.letter != "A"],
            "trusted": [] if grade or family else [one for one in shown if one.letter == "A"],
            "judged": len(table),
            "past": keeping.past(selection, who) if request.GET.get("trend") else None,
            "fresh": who.formats.moment(fresh_at()),
        },
    )


def _letters(table: list[grades.Graded], grade: str) -> list[tuple[choices.Choice, int]]:
    """The grades to filter by, with how many indicators have each."""
    letters = [letter or grades.NONE for letter in (one.letter for one in table)]
    return [
        (choices.Choice(letter, letter, letter == grade), letters.count(letter))
        for letter in (*grades.LETTERS, grades.NONE)
        if letter in letters or letter == grade
    ]


def _families(table: list[grades.Graded], family: str) -> list[choices.Choice]:
    names = {one.family: one.family_name for one in table}
    return [choices.Choice(key, names[key], key == family) for key in names]


def _shown(one: grades.Graded, grade: str, family: str) -> bool:
    return (not grade or (one.letter or grades.NONE) == grade) and (not family or one.family == family)


@members
@require_safe
@says_why
def adoption(request: HttpRequest) -> HttpResponse:
    """Who uses the product, by person or by team, and where someone is better helped than measured."""
    who = _reader(request)
    selection = read_selection(request.GET, who)
    by = one_of(request.GET, "by", using.BY, "owner")
    alone = _sees(request) is Sight.OWN
    return render(
        request,
        "upkeep/adoption.html",
        {
            "selection": selection,
            "latest": who.today,
            "periods": choices.period_choices(selection),
            "comparisons": choices.comparison_choices(selection),
            "filters": choices.filters(selection, who.formats),
            "by": by,
            "splits": [choices.Choice(name, dimension_name(name), name == by) for name in using.BY],
            "tiles": using.tiles(selection, who),
            "charts": using.drawn(selection, who),
            "table": using.table(by, selection, who),
            "alone": alone,
            "coaching": None if alone else coach(selection, who),
            "fresh": who.formats.moment(fresh_at()),
        },
    )
