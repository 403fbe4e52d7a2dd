"""A large snapshot, made of copies of the sample's resources."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cspm


def snapshot(path: Path, resources: int) -> Path:
    """Write copies of the sample in accounts of their own, so many resources."""
    with path.open("w") as out:
        sample = cspm.scan(cspm.sample()).inventory
        path.with_suffix(".one").unlink(missing_ok=True)
        sample.save(path.with_suffix(".one"))
        whole = json.loads(path.with_suffix(".one").read_text())
        originals = whole.pop("resources")
        head = json.dumps({**whole, "calls": [], "gaps": []})
        out.write(head[:-1] + ', "resources": [')
        for n, row in enumerate(copies(originals, resources)):
            out.write((",\n" if n else "") + row)
        out.write("]}")
    return path


def copies(originals: list[dict[str, Any]], count: int) -> Iterator[str]:
    texts = [json.dumps(original) for original in originals]
    account = next(original["account"] for original in originals if original["account"])
    for n in range(count):
        copy, which = divmod(n, len(texts))
        text = texts[which].replace(account, f"{copy:012}")
        # Buckets and zones have no account in their uid.
        uid = originals[which]["uid"]
        yield text if account in uid else text.replace(json.dumps(uid), json.dumps(f"{uid}-{copy}"), 1)
