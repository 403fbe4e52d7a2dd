"""Runs the programs of pages of the documentation, as they are written there.

    run-programs.py python PAGE...        with the package `cspm` of the Python that runs this
    run-programs.py js MODULES PAGE...    with the package `cspm` of MODULES, a folder that has it in its node_modules

All blocks of a language on a page are one program, in the order of the page, in which `await` may stand everywhere. A
block that has `no-run` behind its language is left out. Programs run in the current folder.
"""

import ast
import asyncio
import inspect
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def program(page, language):
    """The blocks of a page, each at its line, so that errors name the line of the page."""
    text = Path(page).read_text(encoding="utf-8")
    lines = []
    for match in BLOCK.finditer(text):
        if match[1] == language and "no-run" not in match[2].split():
            lines += [""] * (text.count("\n", 0, match.start(3)) - len(lines)) + match[3].splitlines()
    if not lines:
        sys.exit(f"{page} has no program in {language}")
    return "\n".join(lines) + "\n"


def run_python(page):
    code = compile(program(page, "python"), page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, {"__name__": "__main__"})
    if inspect.iscoroutine(result):
        asyncio.run(result)


def run_js(page, modules):
    # Beside node_modules, where packages are looked for.
    with tempfile.NamedTemporaryFile("w", suffix=".mjs", dir=modules, encoding="utf-8") as file:
        file.write(program(page, "js"))
        file.flush()
        done = subprocess.run(["node", "--unhandled-rejections=strict", file.name], env=os.environ)
    if done.returncode:
        sys.exit(f"{page}: the program ended with status {done.returncode}")


def main(language, *arguments):
    if language == "python":
        for page in arguments:
            run_python(page)
    else:
        modules, *pages = arguments
        for page in pages:
            run_js(page, modules)


main(*sys.argv[1:])
