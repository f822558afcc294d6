"""What tests of batches share: an agent with two clients, archives, and what a batch says of its files."""

import zipfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.web import batching
from khaithue.portal.web.models import Batch
from khaithue.portal.web.unpacking import Unpacked
from tests.portal.conftest import member
from tests.portal.signed import SAMPLE, A, B, Signers

AGENT = "0319900044"


@dataclass(frozen=True)
class Agency:
    """A tax agent's user, its own taxpayer, and two clients that may file: A for 01/GTGT only, B for all."""

    user: User
    taxpayer: Taxpayer
    a: Taxpayer
    b: Taxpayer


def agency(a: Taxpayer, b: Taxpayer, signers: Signers) -> Agency:
    """The agent with contracts of both; each client's certificate is registered."""
    user, taxpayer = member("dai-ly", AGENT, "ĐẠI LÝ THUẾ MẪU")
    Taxpayer.objects.update(office_code="70123")
    for client, forms in ((a, ["01/GTGT"]), (b, [])):
        client.refresh_from_db()
        signers.registered(client)
        contract(taxpayer, client, forms)
    return Agency(user, taxpayer, a, b)


def contract(agent: Taxpayer, client: Taxpayer, forms: list[str]) -> AgentContract:
    """A contract that has been in force for long."""
    return AgentContract.objects.create(
        taxpayer=client, agent=agent, mst=agent.mst, name=agent.name, forms=forms, start=date(2020, 1, 1)
    )


def of_b(text: str = SAMPLE) -> str:
    """A return of A as one of B."""
    return text.replace(A, B)


def archive(*files: tuple[str, bytes]) -> bytes:
    """A ZIP of these files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files:
            packed.writestr(name, data)
    return made.getvalue()


def chosen(client: Client, *files: tuple[str, bytes]) -> Any:
    """The answer to these files sent from the page."""
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("web:upload"), {"file": sent})


def begun(user: User, *files: tuple[str, bytes], archive: int = 0) -> Batch:
    """A batch of these files, all of one archive when it has a number."""
    return batching.begin(user, [Unpacked(name, data, archive=archive) for name, data in files])


def told(batch: Batch) -> dict[str, tuple[str, list[str]]]:
    """Each file of a batch: whose it is, and the codes of what was found."""
    return {
        upload.name: (
            upload.taxpayer.mst if upload.taxpayer else "",
            [item["code"] for item in upload.facts["findings"]],
        )
        for upload in batch.uploads.select_related("taxpayer").order_by("position")
    }
