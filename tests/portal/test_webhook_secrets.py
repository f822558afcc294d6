"""The secret of a webhook is sealed where it is stored; the portal's keys of today and before open it."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from pytest_django import Settings

from khaithue.client.events import read_event
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.models import Delivery, Webhook
from khaithue.portal.api.webhooks.sending import send_owed
from tests.portal.api_kit import added, told
from tests.portal.test_api_webhooks import Listener, listener

__all__ = ["listener"]

Pair = tuple[User, Taxpayer]
pytestmark = pytest.mark.django_db(transaction=True)
OLD = "whsec_cu"
BEFORE, AFTER = ("api", "0002_token_use_and_delivery_errors"), ("api", "0003_sealed_webhook_secrets")


def stored() -> list[str]:
    """The columns of the webhooks as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_webhook")
        return [str(value) for row in cursor.fetchall() for value in row]


def test_the_row_of_a_webhook_does_not_tell_its_secret(company_a: Pair) -> None:
    webhook = added(company_a, "https://a.vn/")
    assert webhook.secret.startswith("whsec_")
    assert not [text for text in stored() if webhook.secret in text or "whsec_" in text]


def test_a_webhook_goes_on_after_the_portals_key_has_changed(
    company_a: Pair, listener: Listener, settings: Settings
) -> None:
    secret = added(company_a, listener.url).secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "khóa mới"
    told(company_a[1])
    assert send_owed() == 1
    signed, body = listener.came.get_nowait()
    assert read_event(body, signed, secret).event == "filing.accepted"


def test_a_secret_no_key_opens_keeps_no_other_webhook_from_its_events(
    company_a: Pair, company_b: Pair, listener: Listener, settings: Settings
) -> None:
    lost = added(company_a, listener.url)
    settings.SECRET_KEY = "khóa mới"  # noqa: S105  # of one test
    added(company_b, listener.url)
    told(company_a[1])
    told(company_b[1])
    assert send_owed() == 1
    assert Delivery.objects.get(webhook=lost).last_error == "secret unreadable"


def migrated_to(target: tuple[str, str]) -> Any:
    """The models as they are after a migration."""
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state([target]).apps.get_model("api", "Webhook")


def test_the_secrets_stored_before_are_sealed_by_the_migration_and_can_go_back(company_a: Pair) -> None:
    try:
        old = migrated_to(BEFORE)
        old.objects.create(
            taxpayer_id=company_a[1].pk, url="https://a.vn/", secret=OLD, made_at=timezone.now()
        )
        migrated_to(AFTER)
        assert Webhook.objects.get().secret == OLD
        assert OLD not in stored()
        assert migrated_to(BEFORE).objects.get().secret == OLD
    finally:
        migrated_to(AFTER)
