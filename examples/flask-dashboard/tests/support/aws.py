"""The AWS that services under test see: one object in one bucket, and as slow as a test needs."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3

SERVER = Path(__file__).with_name("slow_aws.py")
# Nobody's own credentials, profiles or machine roles.
ENV = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Aws:
    """An emulator, and the object that is scanned."""

    def __init__(self, url, bucket="inventories", key="account.json"):
        self.url, self.bucket, self.key = url, bucket, key
        self.s3 = self.client("s3")

    def client(self, service):
        secret = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.url, **secret)

    def put(self, inventory):
        """Makes this the object; a dict as JSON."""
        body = inventory if isinstance(inventory, bytes) else json.dumps(inventory).encode()
        with contextlib.suppress(self.s3.exceptions.BucketAlreadyOwnedByYou):
            self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_object(Bucket=self.bucket, Key=self.key, Body=body)

    def delete(self):
        """Takes the object away."""
        self.s3.delete_object(Bucket=self.bucket, Key=self.key)

    def delay(self, seconds):
        """Every answer comes so much later."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.request("PUT", f"/__delay/{seconds}")
        assert connection.getresponse().status == 204
        connection.close()

    @property
    def env(self):
        """What a service must be told to see it."""
        return {**ENV, "AWS_ENDPOINT_URL": self.url, "BUCKET_NAME": self.bucket, "OBJECT_KEY": self.key}


@contextlib.contextmanager
def emulator():
    """An emulator that knows nothing yet, for as long as it is needed."""
    env = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    with subprocess.Popen(
        [sys.executable, SERVER], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as moto:
        try:
            port = moto.stdout.readline().strip()
            assert port, "the emulator did not start"
            yield Aws(f"http://127.0.0.1:{port}")
        finally:
            moto.stdin.close()
            moto.terminate()
