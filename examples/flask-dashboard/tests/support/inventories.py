"""What is scanned: accounts written by hand, of the shape that anybody can write."""

MARKUP = "<img src=x onerror=alert(1)>"

MEADOW = {
    "account_id": "123456789012",
    "region": "us-east-1",
    "collected_at": "2026-01-31T12:00:00Z",
    "account_public_access_block": False,
    "s3_buckets": [
        {"name": "meadow-photos", "public": True, "versioning": False, "tags": {"team": "web"}},
        {"name": "meadow-payroll", "public": False, "public_access_block": True, "versioning": True},
        # Says next to nothing of itself, so most verdicts on it are unknown.
        {"name": "meadow-logs"},
    ],
}

# Both names and tags can say anything in a file, whatever AWS allows.
HOSTILE = {
    "account_id": "123456789012",
    "s3_buckets": [
        {"name": MARKUP, "public": True, "versioning": False, "tags": {"</td><script>alert(2)</script>": MARKUP}}
    ],
}


def many(buckets):
    """An account with so many buckets; each gives several findings."""
    names = [f"bucket-{i:05}" for i in range(buckets)]
    return {
        "account_id": "123456789012",
        "s3_buckets": [{"name": n, "public": True, "versioning": False} for n in names],
    }
