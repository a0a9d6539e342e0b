"""Who writes."""

from dataclasses import dataclass

from cadran.crm.models import Origin
from cadran.members.models import Member


@dataclass(frozen=True)
class By:
    """Who writes: a member, or an import, an automation, the API; `batch` names what the change belongs to."""

    origin: Origin | str
    member: Member | None = None
    batch: str | None = None
