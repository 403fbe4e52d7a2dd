"""SQL over an inventory."""

import subprocess
import sys

import cspm
import pytest

QUERY = "select name, region, versioning_enabled from aws_s3_bucket where not versioning_enabled order by name"


def test_rows_are_dicts(report: cspm.Report) -> None:
    rows = report.inventory.sql(QUERY)
    assert rows.columns == ["name", "region", "versioning_enabled"]
    assert len(rows) > 1
    assert rows[0].keys() == {"name", "region", "versioning_enabled"}
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    assert rows[-1] in rows
    assert len(rows[:2]) == 2
    assert all(row["versioning_enabled"] is False for row in rows)
    assert "rows of name, region" in repr(rows)


def test_what_was_not_read_is_told() -> None:
    resources = [
        {"uid": "a", "kind": "acme_server", "data": {"disk": cspm.Unread("throttled", "acme:Disk")}},
        {"uid": "b", "kind": "acme_server", "data": {"disk": "ssd"}},
    ]
    report = cspm.evaluate(resources, cspm.Rules(builtin=False))
    rows = report.inventory.sql("select uid, disk from acme_server order by uid")
    assert [row["disk"] for row in rows] == [None, "ssd"]
    missing = next(row for row in rows.unread if row["what"] == "values")
    assert (missing["table"], missing["column"], missing["count"]) == ("acme_server", "disk", 1)
    assert (missing["reason"], missing["call"]) == ("throttled", "acme:Disk")


def test_queries_only_read_and_have_limits(report: cspm.Report) -> None:
    inventory = report.inventory
    for query in ("drop table aws_s3_bucket", "selekt 1", "select 1; select 2", "select nam from aws_s3_bucket"):
        with pytest.raises(cspm.ConfigError):
            inventory.sql(query)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    with pytest.raises(cspm.LimitError):
        inventory.sql(endless, time_limit=0.1)
    with pytest.raises(cspm.LimitError):
        inventory.sql("select uid from aws_s3_bucket", max_rows=2)


def test_rows_are_frames(report: cspm.Report) -> None:
    rows = report.inventory.sql(QUERY)
    pandas, polars = rows.to_pandas(), rows.to_polars()
    assert list(pandas["name"]) == polars["name"].to_list() == [row["name"] for row in rows]
    assert list(pandas.columns) == polars.columns == rows.columns
    nested = report.inventory.sql("select name, tags from aws_s3_bucket")
    assert len(nested.to_pandas()) == len(nested.to_polars()) == len(nested)
    nothing = report.inventory.sql("select name from aws_s3_bucket where name = 'nothing'")
    assert nothing.to_pandas().shape == nothing.to_polars().shape == (0, 1)


def test_frames_without_their_packages_are_an_error_that_says_so() -> None:
    program = """
import sys
sys.modules["pandas"] = sys.modules["polars"] = None
import cspm
rows = cspm.scan(cspm.sample()).inventory.sql("select name from aws_s3_bucket")
for make in (rows.to_pandas, rows.to_polars):
    try:
        make()
    except cspm.ConfigError as error:
        assert error.help.startswith("pip install p"), error.help
    else:
        raise AssertionError
"""
    subprocess.run([sys.executable, "-I", "-c", program], check=True)
