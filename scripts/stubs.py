"""Writes the docstrings of the native module into its stubs: scripts/stubs.sh runs it with the wheel.

The docstrings are those of the Rust code, so that editors show what `help()` shows. The types in the stubs are written
by hand, and held against the wheel by `mypy.stubtest`.
"""

import argparse
import ast
import inspect
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cspm import _cspm

STUBS = Path(__file__).parents[1] / "bindings-python/python/cspm/_cspm.pyi"
Documented = ast.ClassDef | ast.FunctionDef


def documented(tree: ast.Module) -> Iterator[tuple[Documented, Any]]:
    """Every class, method and function of the stubs, with what it is in the wheel."""
    for node in tree.body:
        if isinstance(node, Documented):
            what = getattr(_cspm, node.name)
            yield node, what
            if isinstance(node, ast.ClassDef):
                members = (part for part in node.body if isinstance(part, ast.FunctionDef))
                yield from ((m, member(what, m.name)) for m in members if not m.name.startswith("__"))


def member(of: type, name: str) -> object:
    """A method, or a property and not its value; of a static method what it wraps, which has the docstring."""
    found = inspect.getattr_static(of, name)
    return found.__func__ if isinstance(found, staticmethod) else found


def with_docstrings(source: str) -> str:
    """The stubs with the docstrings of the wheel."""
    lines = source.splitlines()
    found = sorted(documented(ast.parse(source)), key=lambda pair: -pair[0].lineno)
    for node, what in found:
        text = (what.__doc__ or "").strip()
        first = node.body[0]
        old = ast.get_docstring(node) is not None
        is_class = isinstance(node, ast.ClassDef)
        if not text:
            continue
        indent = " " * (node.col_offset + 4)
        body = [f'{indent}"""{text.splitlines()[0]}']
        body += [f"{indent}{line}".rstrip() for line in text.splitlines()[1:]]
        if len(body) > 1:
            body.append(f'{indent}"""')
        else:
            body[0] += '"""'
        if is_class and not old:
            lines[first_line(first) - 1 : first_line(first) - 1] = body
        else:
            assert first.end_lineno
            before = lines[first.lineno - 1][: first.col_offset].rstrip()
            lines[first.lineno - 1 : first.end_lineno] = [*([before] if before else []), *body]
    return "\n".join(lines) + "\n"


def first_line(node: ast.stmt) -> int:
    """The line of a statement with its decorators."""
    return min([node.lineno, *(of.lineno for of in getattr(node, "decorator_list", []))])


def formatted(ruff: str, source: str) -> str:
    """The source as the formatter has it."""
    command = [ruff, "format", "--quiet", f"--stdin-filename={STUBS}", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Write the stubs, or with `--check` say whether they are as they would be written."""
    parser = argparse.ArgumentParser(description=textwrap.dedent(__doc__ or ""))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--ruff", default="ruff")
    args = parser.parse_args()
    source = STUBS.read_text()
    wanted = formatted(args.ruff, with_docstrings(source))
    if args.check:
        if wanted != source:
            print(f"{STUBS} is not as scripts/stubs.sh writes it", file=sys.stderr)
        return int(wanted != source)
    STUBS.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
