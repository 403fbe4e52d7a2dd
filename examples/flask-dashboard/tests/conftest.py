"""What tests of all kinds share. Each starts what it needs on free ports, and stops it."""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]


@pytest.fixture(scope="session")
def emulator():
    from support import aws

    with aws.emulator() as running:
        yield running


@pytest.fixture
def aws(emulator):
    """The emulator, quick again afterwards."""
    yield emulator
    emulator.delay(0)
