"""What the service is told, and what it refuses."""

import os
import subprocess
import sys

import pytest
from cspm_dashboard import Settings, SettingsError
from support.service import HERE, KEY, environment

GIVEN = {"CSPM_API_KEY": KEY}


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({}, "CSPM_API_KEY is not set. Make a key with: python3 -c"),
        ({"CSPM_API_KEY": "short"}, "fewer than 16"),
        ({"CSPM_AUTH": "of"}, "CSPM_AUTH must be on or off"),
        (GIVEN | {"BUCKET_NAME": "b"}, "OBJECT_KEY is not set"),
        (GIVEN | {"OBJECT_KEY": "k"}, "BUCKET_NAME is not set"),
        (GIVEN | {"MAX_SCANS": "0"}, "MAX_SCANS must be a number above 0"),
        (GIVEN | {"SCAN_TIMEOUT": "nan"}, "SCAN_TIMEOUT must be a number"),
        (GIVEN | {"DASHBOARD_DIR": "/nowhere"}, "no index.html in /nowhere"),
    ],
)
def test_what_cannot_be_used_is_refused(env, says):
    with pytest.raises(SettingsError, match=says.replace(".", r"\.").replace("(", r"\(")):
        Settings.from_env(env)


def test_no_key_has_to_be_wanted():
    assert Settings.from_env({"CSPM_AUTH": "off"}).api_key is None


def test_what_is_scanned():
    assert Settings.from_env(GIVEN | {"BUCKET_NAME": "b", "OBJECT_KEY": "x/y.json"}).source == "s3://b/x/y.json"
    account = Settings.from_env(GIVEN | {"SCAN_REGIONS": "eu-west-1, us-east-1", "RULES_FRAMEWORKS": "cis_aws_7.0"})
    assert account.regions == ("eu-west-1", "us-east-1") and account.frameworks == ("cis_aws_7.0",)
    assert account.source == "AWS account, eu-west-1, us-east-1"


def test_gunicorn_does_not_start_without_a_key():
    command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
    done = subprocess.run(command, cwd=HERE, env=environment({}), capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "CSPM_API_KEY is not set" in done.stderr and "Traceback" not in done.stderr


def test_an_import_starts_no_thread():
    # Threads do not survive the fork of a server's workers, and locks that they hold do.
    program = "import os, cspm, wsgi; print(len(os.listdir('/proc/self/task')))"
    env = environment(GIVEN) | {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HERE, env=env, capture_output=True, text=True, timeout=30
    )
    assert done.stdout.strip() == "1", done
