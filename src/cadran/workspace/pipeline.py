"""What the page of a pipeline shows, as its URL says it.

?pipeline=Sales                 its name; the first one otherwise
&view=list                      rows in the place of columns; &sort=amount, expected or age; &stage=Demo; &page=2
&filter.owner=Ann               as on the pages of KPIs: by owner, channel or region; "unknown": blank
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse

from cadran.crm.models import Pipeline, Stage
from cadran.kpis.selection import one_of, page_number

VIEWS = ("columns", "list")
SORTS = ("amount", "expected", "age")
FILTERS = ("owner", "channel", "region")
_PREFIX = "filter."


@dataclass(frozen=True)
class Shown:
    """A page's choices. ``stages`` are those of the pipeline, in order: open ones, then won, then lost."""

    pipeline: Pipeline
    stages: Sequence[Stage]
    view: str = VIEWS[0]
    sort: str = SORTS[0]
    stage: str = ""
    page: int = 1
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def open_stages(self) -> list[Stage]:
        """The stages in which deals are worked on."""
        return [stage for stage in self.stages if stage.outcome == Stage.Outcome.OPEN]

    def query(self, **changes: Any) -> str:
        """The query string of this page with some choices changed; another choice begins at the first page."""
        other = replace(self, **{"page": 1, **changes})
        pairs = [("pipeline", other.pipeline.name)]
        if other.view != VIEWS[0]:
            pairs.append(("view", other.view))
        if other.sort != SORTS[0]:
            pairs.append(("sort", other.sort))
        if other.stage:
            pairs.append(("stage", other.stage))
        if other.page > 1:
            pairs.append(("page", str(other.page)))
        return urlencode([*pairs, *other.filters()])

    def url(self, **changes: Any) -> str:
        """The address of this page with some choices changed."""
        return f"{reverse('pipeline')}?{self.query(**changes)}"

    @property
    def here(self) -> str:
        """The query string of this very page."""
        return self.query(page=self.page)

    def filters(self) -> list[tuple[str, str]]:
        """The filters as pairs of a URL."""
        return [(_PREFIX + name, value) for name, values in sorted(self.where.items()) for value in values]


def read(url: QueryDict, pipelines: Sequence[Pipeline]) -> Shown:
    """The page that a URL asks for. Raises Http404 without such a pipeline, QuestionError for a senseless choice."""
    name = url.get("pipeline")
    pipeline = next((one for one in pipelines if name in (None, "", one.name)), None)
    if pipeline is None:
        raise Http404
    stages = stages_of(pipeline)
    stage = url.get("stage") or ""
    return Shown(
        pipeline=pipeline,
        stages=stages,
        view=one_of(url, "view", VIEWS, VIEWS[0]),
        sort=one_of(url, "sort", SORTS, SORTS[0]),
        stage=stage if any(stage == one.name for one in stages) else "",
        page=page_number(url),
        where={name: values for name in FILTERS if (values := tuple(str(v) for v in url.getlist(_PREFIX + name) if v))},
    )


def stages_of(pipeline: Pipeline) -> list[Stage]:
    """The stages of a pipeline in the order in which deals go through them, those that end it last."""
    ends = [Stage.Outcome.OPEN, Stage.Outcome.WON, Stage.Outcome.LOST]
    found = Stage.objects.filter(pipeline=pipeline, archived_at=None).order_by("order", "pk")
    return sorted(found, key=lambda stage: ends.index(Stage.Outcome(stage.outcome)))
