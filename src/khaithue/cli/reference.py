"""The reference page of the command line (docs/reference/cli.md), rendered from the commands themselves.

``python -m khaithue.cli.reference`` prints it.
"""

import click

from khaithue.cli.program import Argument, Command, Group, Option

HEAD = """# The `khaithue` command

Rendered from the commands by `python -m khaithue.cli.reference`; a test compares this page with them.

## Exit codes
| code | means |
|---|---|
| 0 | fine: nothing found is an error |
| 1 | errors were found in the figures, the file or the signature |
| 2 | unusable input: it cannot be read, parsed or verified at all, or an option's value is bad |
| 130 | stopped by Ctrl-C |

A reader that closes the pipe early (`khaithue forms list | head -1`) does not change the exit code.

## Languages
People read Vietnamese, or English with `--lang en` or `KHAITHUE_LANG=en`. Colour is used on a terminal only,
and not when `NO_COLOR` is set.
JSON holds both languages and does not change with either.

## JSON
Every command prints one JSON document with `--json`. It always has `ok` (the input was usable and no finding
is an error) and `findings`. After exit code 2 it has `ok`, an empty `values` and `findings`. A finding has:

| key | holds |
|---|---|
| `code` | the stable code of what was found |
| `cell` | the box: `"40a"`, `"PL_NQ142_GTGT[9]"`, or `""` |
| `row` | the row of the table, from 1, or null |
| `line` | the line of the file, or null |
| `level` | `error` (refused), `warning` (asked about) or `info` |
| `message`, `fix` | what is wrong and what to do, each as `{"vi": …, "en": …}` |
| `law` | the article, or `""` |

A blank box is null, never 0. Amounts are whole đồng as JSON integers; other exact numbers are texts (`"2.5"`,
`"1/10"`); dates are ISO texts.

## Environment
| variable | meaning |
|---|---|
| `KHAITHUE_LANG` | `vi` or `en` |
| `KHAITHUE_P12_PASSWORD` | the password of the signing key, for `khaithue sign` |
| `KHAITHUE_DEBUG` | a log file to which the traceback of an `INTERNAL` fault is added |
| `NO_COLOR` | any value: no colour |

## Options of every command
`--version` is of `khaithue` itself.
"""
COMMON = ("json", "lang", "help")


def reference(program: Group) -> str:
    """The whole page as Markdown, in English."""
    parts = ["\n".join([HEAD, *_options(program), ""])]
    parts += [_section(path, item) for path, item in walk(program, "khaithue") if isinstance(item, Command)]
    return "\n".join(parts)


def walk(group: Group, path: str) -> list[tuple[str, Command | Group]]:
    """Every command and group below a group with the words that call it, in the order users meet them."""
    found: list[tuple[str, Command | Group]] = [(path, group)]
    for name, item in group.commands.items():
        if isinstance(item, Group):
            found += walk(item, f"{path} {name}")
        elif isinstance(item, Command):
            found.append((f"{path} {name}", item))
    return found


def _section(path: str, item: Command) -> str:
    usage = f"    {path} {' '.join(item.collect_usage_pieces(click.Context(item)))}"
    arguments = [f"- `{each.human_readable_name}`: {each.text.en}" for each in _arguments(item)]
    parameters = "\n".join([*arguments, *_options(item)])
    parts = [f"## `{path}`", usage, item.text.en, parameters, f"JSON: {item.answers}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _arguments(item: Command) -> list[Argument]:
    return [each for each in item.params if isinstance(each, Argument)]


def _options(item: Command | Group) -> list[str]:
    listed = [each for each in item.params if isinstance(each, Option)]
    if isinstance(item, Command):
        listed = [each for each in listed if each.name not in COMMON]
    return [
        f"- `{_names(each, item)}`{' (required)' if each.required else ''}: {each.text.en}" for each in listed
    ]


def _names(each: Option, item: Command | Group) -> str:
    names = ", ".join(each.opts)
    return names if each.is_flag else f"{names} {each.make_metavar(click.Context(item))}"


if __name__ == "__main__":
    from khaithue.cli.main import program

    print(reference(program), end="")
