"""Fill the portal with a demo."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from khaithue.portal.demo.life import file_last_month
from khaithue.portal.demo.people import (
    AGENT,
    APPLICANT,
    COMPANIES,
    KEY_PASSWORD,
    LOGIN_PASSWORD,
    OFFICE,
    OFFICER,
    PERSON,
    make_account,
    make_agent,
    make_certificates,
    make_officer,
    make_person,
)


class Command(BaseCommand):
    """``demo``: companies, a person, an agent, an officer, one filed return; twice does no harm."""

    help = "Make demo certificates, taxpayers, log-ins and a filed return. Only with KHAITHUE_DEMO=1."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--years-back``."""
        parser.add_argument(
            "--years-back", type=int, default=0, metavar="N", help="the companies have filed for N years"
        )

    def handle(self, *_args: Any, years_back: int = 0, **_options: Any) -> None:
        """Make what is missing and print the log-ins."""
        if not settings.DEMO:
            raise CommandError("the passwords of the demo are public: set KHAITHUE_DEMO=1 to have it")
        call_command("migrate", verbosity=0)
        make_certificates()
        accounts = [make_account(company, years_back) for company in COMPANIES]
        file_last_month(*accounts[0], COMPANIES[0].p12)
        make_agent(accounts[1][1])
        make_person()
        make_officer()
        for company in (*COMPANIES, AGENT):
            self.stdout.write(f"{company.name}  {company.mst}")
            self.stdout.write(f"  log-in {company.login}  password {LOGIN_PASSWORD}")
            self.stdout.write(f"  key    {company.p12}  password {KEY_PASSWORD}")
        self.stdout.write(f"{PERSON.name}  {PERSON.mst}  (no certificate: confirms with a code by e-mail)")
        self.stdout.write(f"  log-in {PERSON.login}  password {LOGIN_PASSWORD}")
        if APPLICANT.cer.exists():
            self.stdout.write(f"{APPLICANT.name}  {APPLICANT.mst}  (no account: to try the registration)")
            self.stdout.write(f"  certificate {APPLICANT.cer}")
        self.stdout.write(f"{OFFICE['office_name']}")
        self.stdout.write(f"  log-in {OFFICER}  password {LOGIN_PASSWORD}")
