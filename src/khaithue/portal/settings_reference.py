"""The reference page of the portal's settings (docs/reference/settings.md).

``python -m khaithue.portal.settings_reference`` prints it.
"""

from khaithue.portal.environment import SETTINGS

HEAD = """# Settings of the portal

Environment variables, rendered by `python -m khaithue.portal.settings_reference`; a test compares this page
with `portal/environment.py`, and another asserts that the portal reads no other variable.

| variable | default | meaning |
|---|---|---|
"""


def reference() -> str:
    """The whole page as Markdown."""
    return HEAD + "".join(
        f"| `{name}` | {f'`{setting.default}`' if setting.default else '–'} | {setting.meaning} |\n"
        for name, setting in SETTINGS.items()
    )


if __name__ == "__main__":
    print(reference(), end="")
