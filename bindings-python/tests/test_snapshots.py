"""Snapshots in memory."""

from pathlib import Path

import cspm

HANDWRITTEN = b'{"s3_buckets": [{"name": "photos"}]}'


def test_a_snapshot_in_memory_is_read_as_one_in_a_file(tmp_path: Path, report: cspm.Report) -> None:
    (tmp_path / "written.json").write_bytes(HANDWRITTEN)
    report.inventory.save(tmp_path / "saved.json.zst")
    for path in tmp_path.iterdir():
        in_file, in_memory = cspm.scan(cspm.Snapshot(path)), cspm.scan(cspm.Snapshot.from_bytes(path.read_bytes()))
        assert in_memory.inventory.kinds == in_file.inventory.kinds != []
        assert in_memory.summary == in_file.summary
