"""The first way into a granted account: its owner sets the password and is logged in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from khaithue.portal.login.passwords import faults_of
from khaithue.portal.login.words import PASSWORD_FAULTS
from khaithue.portal.registration.actions.activate import activate as use
from khaithue.portal.registration.invitations import invitation_of
from khaithue.portal.registration.models import Invitation
from khaithue.portal.web.entering import first_factor_given
from khaithue.portal.web.request import page
from khaithue.portal.web.shown import say, told
from khaithue.returns.findings import Text, finding

SECRET, IN_SESSION = "register.secret", "set"  # names of a session key and of an address


@sensitive_variables("secret", "password")
@sensitive_post_parameters("new", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, secret: str) -> HttpResponse:
    """Set the password with the link of an e-mail, once.

    The secret goes into the session and out of the address, so that no history and no referrer has it.
    """
    if secret != IN_SESSION:
        request.session[SECRET] = secret
        return redirect("web:activate", IN_SESSION)
    secret = request.session.get(SECRET, "")
    found = invitation_of(secret, timezone.now())
    if found is None or found.user is None:
        return _no_good(request)
    if request.method == "GET":
        return _asked(request, found, [])
    password = request.POST.get("new", "")
    faults = faults_of(password, found.user)
    if password != request.POST.get("again", ""):
        faults.append(PASSWORD_FAULTS["differ"])
    if faults:
        return _asked(request, found, faults)
    activation = use(secret=secret, password=password)
    if activation.user is None:
        return _no_good(request)
    del request.session[SECRET]
    return first_factor_given(request, activation.user, "activation")


def _asked(request: HttpRequest, found: Invitation, faults: list[Text]) -> HttpResponse:
    context = {
        "invitation": found,
        "faults": [say(item) for item in faults],
        "shortest": settings.PASSWORD_LENGTH,
    }
    return page(request, "web/register/activate.html", context, status=422 if faults else 200)


def _no_good(request: HttpRequest) -> HttpResponse:
    context = {"findings": told([finding("REG-LINK")])}
    return page(request, "web/register/link.html", context, status=410)
