"""Holds the documentation to what is there.

    check-docs.py commands FILE...   runs the shell blocks of the files, at the root of the repository
    check-docs.py book FOLDER        checks the book that `cargo run --example docs -- FOLDER` wrote: links, index, and
                                     the functions that it lists; runs the shell blocks and the programs of its guide

A block of code begins with three backticks and its language. What follows the language says what to do with it:

    sh              is run, each block by itself, and must exit with status 0
    sh exit=1       must exit with that status
    sh no-run       is not run: it needs an account, or starts this script
    yaml file=PATH  (or any language) is written to PATH in the folder where the blocks of the same page are run
    python, js      are programs, run by scripts/run-programs.py with the built packages, unless they say no-run

Blocks of the guide are run in a folder of their own, in which `cspm` is the command line with all features.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
FUNCTION = re.compile(r'\b(?:function|method)\(\s*"(\w+)"')

RUN = ROOT / "scripts/run-programs.py"
# Its programs need an account and a cluster: the test `documented_programs` runs them.
CLOUDS = "programs.md"

faults = []


def blocks(page):
    """Line, language, options and text of each block of a page."""
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        options = dict(option.partition("=")[::2] for option in match[3].split())
        yield text.count("\n", 0, match.start()) + 1, match[2], options, textwrap.dedent(match[4])


def run_blocks(page, folder, environment):
    """Writes the files of a page, and runs its commands."""
    for line, language, options, text in blocks(page):
        if "file" in options:
            path = folder / options["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if language != "sh" or "no-run" in options:
            continue
        shown = text.strip().replace("\n", "\n    ")
        print(f"{page.name}:{line}: {shown}", flush=True)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, capture_output=True
        )
        if done.returncode != int(options.get("exit", 0)):
            faults.append(f"{page}:{line}: exits with status {done.returncode}: {shown}")
            sys.stderr.buffer.write(done.stdout[-3000:] + done.stderr[-3000:])


def run_programs(page, folder):
    """Runs what a page has in Python and JavaScript, with the built packages."""
    languages = {language for _, language, options, _ in blocks(page) if "no-run" not in options}
    if page.name == CLOUDS:
        return
    for language, program in (
        ("python", [os.environ["CSPM_WHEEL_PYTHON"], RUN, "python"]),
        ("js", [sys.executable, RUN, "js", os.environ["CSPM_NPM_MODULES"]]),
    ):
        if language not in languages:
            continue
        print(f"{page.name}: the program in {language}", flush=True)
        done = subprocess.run([*program, page], cwd=folder, capture_output=True)
        if done.returncode:
            faults.append(f"{page}: the program in {language} exits with status {done.returncode}")
            sys.stderr.buffer.write(done.stdout[-3000:] + done.stderr[-3000:])


def command_line(folder):
    """An environment in which `cspm` is the command line with all features, and the sample is where it says."""
    build = ["cargo", "build", "--quiet", "--workspace", "--all-features", "--example", "cspm", "--message-format=json"]
    messages = subprocess.run(build, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    executables = [json.loads(message).get("executable") for message in messages]
    (folder / "bin").mkdir()
    shutil.copy2(next(path for path in executables if path), folder / "bin/cspm")
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def check_links(root):
    """Every link of every page leads to a page."""
    for page in sorted(root.rglob("*.md")):
        text = re.sub(r"```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in LINK.findall(text):
            path = target.split("#")[0]
            if path and "://" not in path and not path.startswith("mailto:") and not (page.parent / path).exists():
                faults.append(f"{page}: the link to {target} leads nowhere")


def check_links_of_root():
    """The pages at the root of the repository too."""
    for page in ROOT.glob("*.md"):
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            path = target.split("#")[0]
            if path and "://" not in path and not (ROOT / path).exists():
                faults.append(f"{page.name}: the link to {target} leads nowhere")


def check_index(root):
    """Every page of the index is there and in the table of contents, and says what it is about."""
    index = json.loads((root / "reference/index.json").read_text(encoding="utf-8"))
    contents = (root / "SUMMARY.md").read_text(encoding="utf-8")
    listed = set(LINK.findall(contents))
    for part in ("rules", "frameworks", "kinds"):
        if not index[part]:
            faults.append(f"the index has no {part}")
        for name, about in index[part].items():
            page = root / about["page"]
            if about["page"] not in listed or not page.exists() or name not in page.read_text(encoding="utf-8"):
                faults.append(f"{name} has no page, or the table of contents does not list it")
    for name, rule in index["rules"].items():
        if not all(rule["permissions"]) or set(rule["permissions"]) - set(index["permissions"]["permissions"]):
            faults.append(f"{name}: its permissions are not those of the plan: {rule['permissions']}")
    for page in root.glob("*.md"):
        if page.name != "SUMMARY.md" and page.name not in listed:
            faults.append(f"{page.name} is not in the table of contents")


def check_functions(root):
    """The guide lists the functions of rules, all of them and no others."""
    sources = (ROOT / "cspm-rules/src/cel/functions").glob("*.rs")
    known = {name for source in sources for name in FUNCTION.findall(source.read_text(encoding="utf-8"))}
    guide = (root / "writing-rules.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(?:\w+\.)?(\w+)\(", guide, re.MULTILINE))
    macros = {"resources", "all_resources", "has", "exists", "exists_one", "all", "filter", "map"}
    shorthand = (ROOT / "cspm-rules/src/cel/shorthand.rs").read_text(encoding="utf-8")
    macros |= set(re.findall(r'\("(\w+)", false, \[', shorthand))
    if told != known | macros:
        faults.append(f"writing-rules.md: the functions differ: {sorted(told ^ (known | macros))}")


def main(what, *paths):
    if what == "commands":
        for path in paths:
            run_blocks(ROOT / path, ROOT, dict(os.environ))
            run_programs(ROOT / path, ROOT)
    elif what == "book":
        root = ROOT / paths[0] / "src"
        check_links(root)
        check_links_of_root()
        check_index(root)
        check_functions(root)
        with tempfile.TemporaryDirectory() as folder:
            environment = command_line(Path(folder))
            for page in sorted(root.glob("*.md")):
                place = Path(folder) / page.stem
                shutil.copytree(ROOT / "examples/sample", place)
                run_blocks(page, place, environment)
                run_programs(page, place)
    else:
        sys.exit(__doc__)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(1)
    print("ok")


main(*sys.argv[1:])
