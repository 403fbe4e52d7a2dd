"""Errors say what was attempted, of what kind they are, and what to do."""

import pickle
from pathlib import Path

import cspm
import pytest


def test_all_errors_have_one_base() -> None:
    errors = [getattr(cspm, name) for name in cspm.__all__ if name.endswith("Error")]
    assert len(errors) == 14
    assert all(issubclass(error, cspm.CspmError) for error in errors)
    assert len({error.kind for error in errors}) == len(errors)


def test_a_rule_file_that_is_wrong_is_told_with_its_place(tmp_path: Path, root: Path) -> None:
    source = (root / "cspm-rules/catalog/aws/s3/aws_s3_bucket_public_access_blocked.yaml").read_text()
    path = tmp_path / "acme_s3_bucket_public_access_blocked.yaml"
    path.write_text(source.replace("id: aws_s3", "id: acme_s3").replace("resource.block_public_acls", "resource.blokc"))
    with pytest.raises(cspm.RuleError) as caught:
        cspm.Rules(paths=[tmp_path])
    error = caught.value
    assert error.path == str(path)
    assert error.line
    assert error.column
    assert error.code == error.kind == "rule"
    assert "blokc" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.path, again.line, again.column, str(again)) == (error.path, error.line, error.column, str(error))


def test_a_folder_of_rules_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(cspm.FileError) as caught:
        cspm.Rules(paths=[tmp_path / "none"])
    assert caught.value.kind == "io"
    assert vars(caught.value)["path"] == str(tmp_path / "none")


def test_a_selection_of_nothing_is_refused() -> None:
    with pytest.raises(cspm.ConfigError, match="no_such_rule") as caught:
        cspm.Rules(ids=["no_such_rule"])
    assert caught.value.code == caught.value.kind == "config"
    with pytest.raises(cspm.ConfigError, match="no_such_framework"):
        cspm.Rules(frameworks=["no_such_framework"])
    with pytest.raises(cspm.ConfigError, match="severity"):
        cspm.Rules(severities=["worst"])  # type: ignore[list-item]


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(cspm.FileError) as caught:
        cspm.scan(cspm.Snapshot("no-such-file.json"))
    error = caught.value
    assert error.kind == "io"
    assert error.attempted == "open the snapshot no-such-file.json"
    assert error.cause
    assert "No such file" in error.cause


def test_a_file_that_is_no_snapshot() -> None:
    with pytest.raises(cspm.FormatError):
        cspm.scan(cspm.Snapshot.from_bytes(b"{not json", name="of a test"))
    with pytest.raises(cspm.CspmError, match="100"):
        cspm.scan(cspm.Snapshot.from_bytes(b'{"s3_buckets": ["' + b"x" * 1000 + b'"]}', max_bytes=100))


def test_options_that_make_no_sense_are_refused() -> None:
    with pytest.raises(cspm.ConfigError, match="us-east-1"):
        cspm.scan(cspm.Aws(regions=["USEast1"], access_key_id="a", secret_access_key="b"))
    with pytest.raises(cspm.ConfigError, match="secret_access_key") as caught:
        cspm.Aws(access_key_id="a")
    assert caught.value.help
    with pytest.raises(cspm.ConfigError, match="seconds"):
        cspm.Aws(timeout=-1.0)
    with pytest.raises(cspm.ConfigError):
        cspm.scan(cspm.Kubernetes(kubeconfig="/no/such/file"))
    with pytest.raises(TypeError, match="no collector"):
        cspm.scan([7])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="no rule"):
        cspm.Rules(extra=[7])  # type: ignore[list-item]


def test_a_resource_that_is_not_one() -> None:
    with pytest.raises(cspm.FormatError, match="no kind"):
        cspm.evaluate([{"uid": "x"}])
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="nested deeper"):
        cspm.evaluate([{"uid": "x", "kind": "acme", "data": {"loop": loop}}])
    many: list[object] = [1]
    for _ in range(100):
        many = [many, many]
    with pytest.raises(ValueError, match="more than 2000000 values"):
        cspm.evaluate([{"uid": "x", "kind": "acme", "data": {"many": many}}])


def test_a_format_that_is_not_one(report: cspm.Report) -> None:
    with pytest.raises(cspm.ConfigError, match="one of json"):
        report.to_string("pdf")  # type: ignore[arg-type]


def test_a_report_that_cannot_be_written_leaves_nothing(report: cspm.Report, tmp_path: Path) -> None:
    with pytest.raises(cspm.FileError):
        report.write(tmp_path / "none" / "out.html")
    assert list(tmp_path.iterdir()) == []


def test_what_a_listener_raises_ends_the_scan() -> None:
    def listener(event: cspm.Event) -> None:
        raise LookupError(event.type)

    with pytest.raises(LookupError, match="planned"):
        cspm.scan(cspm.sample(), on_event=listener)
