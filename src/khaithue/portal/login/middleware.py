"""For every request of a logged-in user: the session is listed, a first password is changed first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from khaithue.portal.accounts.models import User
from khaithue.portal.login.sessions import note_session

Respond = Callable[[HttpRequest], HttpResponse]

ALLOWED = frozenset({"web:password", "web:logout", "web:forgotten", "web:new_password", "set_language"})
"""Where a user may go who must change the password first."""


class ListedSession:
    """Middleware: the session of a logged-in user stands on the user's list."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the session, then answer."""
        if isinstance(request.user, User):
            note_session(request, request.user)
        return self.get_response(request)


class FirstPasswordChanged:
    """Middleware: a user whose password was given by somebody else sets an own one before anything else."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Lead to the page of a new password."""
        user, match = request.user, request.resolver_match
        if not (isinstance(user, User) and user.must_change_password):
            return None
        return None if match and match.view_name in ALLOWED else redirect("web:password")
