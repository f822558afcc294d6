"""Pages of a user's own account: who may see them, and which ask once more who it is."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from khaithue.portal.accounts.models import User
from khaithue.portal.login.stages import confirmed_lately
from khaithue.portal.web.entering import with_next
from khaithue.portal.web.request import as_member

P = ParamSpec("P")


class OwnerRequest(HttpRequest):
    """A request of a logged-in user for the own account."""

    user: User


View = Callable[Concatenate[OwnerRequest, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def account_page(view: View[P]) -> Page[P]:
    """A page of the own account, kept in no cache."""

    @never_cache
    @login_required
    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        as_member(request)
        return view(cast(OwnerRequest, request), *args, **kwargs)

    return asked


def confirmed_page(view: View[P]) -> Page[P]:
    """An account page that is sensitive: who has not shown who they are within ten minutes does so first."""

    @account_page
    @wraps(view)
    def asked(request: OwnerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if confirmed_lately(request.session):
            return view(request, *args, **kwargs)
        target = request.get_full_path() if request.method == "GET" else reverse("web:security")
        return redirect(with_next("web:confirm", target))

    return asked
