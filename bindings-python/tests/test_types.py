"""The types are true: two type checkers, strict, and the stubs against the wheel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cspm
import pytest

HERE = Path(__file__).parent
PROGRAM = HERE / "typed_program.py"
PACKAGE = Path(cspm.__file__).parent

pytestmark = pytest.mark.slow


def run(*command: str | Path) -> None:
    environment = {**os.environ, "MYPYPATH": "", "PYTHONPATH": ""}
    done = subprocess.run([sys.executable, "-P", "-m", *command], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_program_runs() -> None:
    subprocess.run([sys.executable, "-P", PROGRAM], check=True)


def test_mypy_is_content_with_the_program_and_the_package(tmp_path: Path) -> None:
    run("mypy", "--strict", "--cache-dir", tmp_path, PROGRAM)
    run("mypy", "--strict", "--cache-dir", tmp_path, "-p", "cspm")


def test_pyright_is_content_with_the_program_and_the_package(tmp_path: Path) -> None:
    # A copy, so that its files are taken for the project's and not for a library's.
    shutil.copytree(PACKAGE, tmp_path / "cspm")
    shutil.copy(PROGRAM, tmp_path)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    run("pyright", "-p", tmp_path, "--pythonpath", sys.executable)


def test_the_stubs_are_those_of_the_wheel() -> None:
    run("mypy.stubtest", "cspm._cspm", "--mypy-config-file", HERE.parent / "pyproject.toml")


def test_the_wheel_is_small_and_complete() -> None:
    files = {path.name for path in PACKAGE.iterdir()}
    assert {"py.typed", "_cspm.pyi", "__init__.py"} <= files
    # That of a test is not optimised: see scripts/wheel.sh.
    limit = (60 if os.environ.get("CSPM_PROFILE") == "release" else 240) << 20
    assert next(PACKAGE.glob("_cspm*.so")).stat().st_size < limit
