"""Who calls a page that only members may call."""

from django.http import HttpRequest

from cadran.members.models import Member


def signed_in(request: HttpRequest) -> Member:
    """The member who calls a page that only members may call; see ``cadran.ui.access.members``."""
    assert isinstance(request.user, Member)
    return request.user
