"""A client of the portal's API, on the standard library alone.

client = Client("https://portal.example.vn", token, mst="0319900012")
checked = client.check(signed)
receipt = client.submit(signed)
decided = client.wait_for_decision(receipt.transaction_code)
"""

from khaithue.client.client import Client, make_test_taxpayer
from khaithue.client.errors import ApiError, NoAnswerError
from khaithue.client.events import Event, SignatureError, read_event
from khaithue.client.model import (
    Checked,
    Draft,
    Finding,
    Notice,
    Obligation,
    Paper,
    Receipt,
    SandboxTaxpayer,
    Taxpayer,
    Text,
    Webhook,
)

__all__ = [
    "ApiError",
    "Checked",
    "Client",
    "Draft",
    "Event",
    "Finding",
    "NoAnswerError",
    "Notice",
    "Obligation",
    "Paper",
    "Receipt",
    "SandboxTaxpayer",
    "SignatureError",
    "Taxpayer",
    "Text",
    "Webhook",
    "make_test_taxpayer",
    "read_event",
]
