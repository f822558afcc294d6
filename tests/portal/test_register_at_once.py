"""Two at once: one application is stored, one officer answers, one link is used, one stop is made."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.notices.models import Notice
from khaithue.portal.registration.actions.activate import activate
from khaithue.portal.registration.actions.apply import apply
from khaithue.portal.registration.actions.grant import grant
from khaithue.portal.registration.actions.refuse import refuse
from khaithue.portal.registration.actions.stop import stop_service
from khaithue.portal.registration.invitations import invite_main
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.stopping import Stop
from tests.portal.conftest import Clock, member
from tests.portal.register_steps import (
    Authority,
    applied,
    asked,
    new_authority,
    new_officer,
    open_office,
)

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCES = ("con mèo nhảy qua ba cái ghế", "mười hai con giáp đi chợ")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("at-once"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, authority: Authority, clock: Clock) -> None:
    open_office(settings, authority)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The outcomes of calls made at the same moment, each in a thread and on a connection of its own."""
    gate, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        gate.wait(timeout=30)
        try:
            outcomes.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(calls)
    return outcomes


def test_the_same_application_sent_twice_at_once_is_stored_once(authority: Authority) -> None:
    asking = asked(authority.certificate())
    outcomes = at_once(*[lambda: apply(asked=asking)] * 2)
    assert Application.objects.count() == 1
    codes = [[item.code for item in outcome.findings] for outcome in outcomes if outcome.value is None]
    assert codes == [["REG-DUPLICATE"]]


def test_of_two_officers_at_once_one_answers(authority: Authority) -> None:
    application = applied(asked(authority.certificate()))
    first, second = new_officer(), new_officer("hai")
    outcomes = at_once(
        lambda: grant(user=first, application=application, id_seen=False),
        lambda: refuse(user=second, application=application, reason="Thiếu giấy tờ."),
    )
    codes = [[item.code for item in outcome.findings] for outcome in outcomes if outcome.value is None]
    assert codes == [["REG-ANSWERED"]]
    assert Notice.objects.filter(application=application).count() == 1
    granted = Application.objects.get().state == Application.State.GRANTED
    assert Taxpayer.objects.exists() == granted


def test_a_link_opened_twice_at_once_sets_one_password() -> None:
    user, taxpayer = member("c", "0319900051", "CÔNG TY TNHH MẪU C")
    _invitation, secret = invite_main(taxpayer, user, Clock().now)
    outcomes = at_once(*[lambda each=each: activate(secret=secret, password=each) for each in SENTENCES])
    assert sorted(outcome.user is None for outcome in outcomes) == [False, True]
    found = User.objects.get(pk=user.pk)
    assert sum(found.check_password(each) for each in SENTENCES) == 1


@pytest.mark.error("REG-STOPPED")
@pytest.mark.near_miss("REG-STOPPED")
def test_a_stop_sent_twice_at_once_is_one_stop() -> None:
    user, taxpayer = member("c", "0319900051", "CÔNG TY TNHH MẪU C")
    stop = Stop("Giải thể", {"01/GTGT": "2026-06", "05/KK-TNCN": "2026-Q2", "05/QTT-TNCN": "2026"})
    outcomes = at_once(*[lambda: stop_service(user=user, taxpayer=taxpayer, stop=stop)] * 2)
    codes = [[item.code for item in outcome.findings] for outcome in outcomes if outcome.value is None]
    assert codes == [["REG-STOPPED"]]
    assert Notice.objects.filter(kind=Notice.Kind.STOP).count() == 1
