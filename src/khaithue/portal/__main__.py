"""``python -m khaithue.portal``: Django's management entry with the portal's settings."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command of the portal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khaithue.portal.settings")
    execute_from_command_line(["python -m khaithue.portal", *sys.argv[1:]])


if __name__ == "__main__":
    main()
