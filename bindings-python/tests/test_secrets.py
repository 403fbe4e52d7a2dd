"""Secrets of the kinds that the tests of the three languages share, in every place that a scan reads: none leaves."""

import asyncio
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cspm
import pytest
from support import ROOT

FORMATS = ("json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html")


@dataclass(frozen=True)
class Secret:
    name: str
    whole: str
    text: str
    """The secret in the text that people write it in."""
    find: str

    def is_in(self, text: str) -> bool:
        forms = (self.find, self.find.replace("&", "\\u0026"), self.find.replace("&", "&amp;"))
        return any(form in text for form in forms)


def secrets() -> list[Secret]:
    rows = json.loads((ROOT / "tests/support/secrets.json").read_text())["secrets"]

    def secret(row: dict[str, Any]) -> Secret:
        whole = "".join(row["parts"])
        return Secret(row["name"], whole, row["text"].replace("{}", whole), row.get("find", whole))

    return [secret(row) for row in rows]


SECRETS = secrets()


def assert_clean(outputs: dict[str, str]) -> None:
    for place, text in outputs.items():
        assert text, f"{place} says nothing"
        found = [secret.name for secret in SECRETS if secret.is_in(text)]
        assert not found, f"{place} has {found}"


def pod(number: int, secret: Secret) -> dict[str, Any]:
    headers = [{"name": "X", "value": secret.whole}]
    probe = {"httpGet": {"port": 80, "path": f"/health?token={secret.whole}", "httpHeaders": headers}}
    container = {
        "name": "app",
        "image": "app:1",
        "env": [{"name": "A", "value": secret.whole}, {"name": "B", "value": [secret.whole]}],
        "command": ["sh", "-c", f"exec server --password '{secret.whole}'", "--token", secret.whole],
        "args": [f"--db-password={secret.whole}", "-u", f"app:{secret.whole}", secret.text],
        "livenessProbe": probe,
    }
    annotations = {"acme.example/db-password": secret.whole, "acme.example/note": secret.text}
    metadata = {"name": f"planted-{number}", "namespace": "shop", "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}


def resources() -> Iterator[dict[str, Any]]:
    for number, secret in enumerate(SECRETS):
        tags = {"note": secret.text, "db-password": secret.whole}
        yield {"uid": f"k8s://given/shop/Pod/{number}", "kind": "kubernetes_pod", "data": pod(number, secret)}
        data = {"password": secret.whole, "note": secret.text, "env": [f"A={secret.whole}"]}
        yield {"uid": f"acme:{number}", "kind": "acme_server", "tags": tags, "data": data}
        condition = {"stringlike": {"aws:referer": [secret.whole]}}
        policy = {"Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"], "Condition": condition}]}
        data = {"name": "b", "policy_std": policy, "user_data": secret.whole}
        yield {"uid": f"arn:aws:s3:::b{number}", "kind": "aws_s3_bucket", "tags": tags, "data": data}


def outputs(report: cspm.Report, folder: Path) -> dict[str, str]:
    found = {name: report.to_string(name) for name in FORMATS}
    report.inventory.save(folder / "snapshot.json")
    found["snapshot"] = (folder / "snapshot.json").read_text()
    found["coverage"] = repr((report.coverage, report.summary, report.scores))
    found["findings"] = repr([finding.to_dict() for finding in report.findings]) + repr(list(report.findings))
    found["resources"] = repr([resource.to_dict() for resource in report.inventory]) + repr(list(report.inventory))
    for kind in report.inventory.kinds:
        found[f"rows of {kind}"] = repr(list(report.inventory.sql(f"select * from {kind}"))) + "."
    return found


def rules() -> list[cspm.Rule]:
    def blab(number: int, secret: Secret) -> cspm.Rule:
        @cspm.rule(
            id=f"acme_blab_{number}", kind="acme_server", title=secret.text, message=secret.text, rationale=secret.text
        )
        def judged(resource: cspm.Resource) -> cspm.Verdict:
            if resource["uid"].endswith("1"):
                raise ValueError(secret.text)
            return cspm.Verdict("fail", message=secret.text, evidence={"note": secret.text, "password": secret.whole})

        return judged

    return [blab(number, secret) for number, secret in enumerate(SECRETS)]


class Tell(cspm.Collector):
    """A collector that says secrets in all that it can say."""

    name = "tell"
    provider = "acme"
    kinds = ("acme_server",)

    def __init__(self, text: str) -> None:
        self.text = text

    def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
        del wanted
        yield from resources()
        yield cspm.Gap("acme_disk", reason="access_denied", call="acme:List", detail=self.text)
        raise RuntimeError(self.text)


def test_there_are_enough() -> None:
    assert len(SECRETS) >= 60


def test_callers_keep_their_secrets(tmp_path: Path) -> None:
    report = cspm.evaluate(list(resources()), cspm.Rules(extra=rules()))
    found = outputs(report, tmp_path)
    assert_clean(found)
    assert "(withheld)" in found["json"]
    failed = [f for f in report.findings if f.rule_id == "kubernetes_pod_no_plain_text_secrets" and f.status == "fail"]
    found_in = {finding.resource.uid for finding in failed}
    missed = {secret.name for number, secret in enumerate(SECRETS) if f"k8s://given/shop/Pod/{number}" not in found_in}
    # A hash of a password is withheld, and is no password.
    assert missed == {"bcrypt", "sha512_crypt"}, "that there are secrets is still found"


def test_scans_keep_their_secrets(tmp_path: Path) -> None:
    for number, secret in enumerate(SECRETS):
        (tmp_path / f"{number}.json").write_text(json.dumps(pod(number, secret)))
        (tmp_path / f"{number}.yaml").write_text(
            f"kind: Pod\nname: [a\npassword: {secret.whole}\nnote: {secret.text}\n"
        )
    events: list[str] = []
    sources = [cspm.Manifests([tmp_path]), *(Tell(secret.text) for secret in SECRETS[:1])]
    graph = tmp_path / "graph"
    report = cspm.scan(
        sources, cspm.Rules(extra=rules()), on_event=lambda event: events.append(repr(event)), graph=graph
    )
    folder = tmp_path / "out"
    folder.mkdir()
    found = outputs(report, folder)
    found["events"] = "\n".join(events)
    found["graph"] = graph.read_text()
    assert_clean(found)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.name)
def test_errors_keep_their_secrets(secret: Secret) -> None:
    def errors() -> Iterator[Exception]:
        given = [{"uid": "a", "kind": "b", secret.text: 1}, {"uid": "a", "kind": "b", "collected_at": secret.whole}]
        for one in given:
            try:
                cspm.evaluate([one])
            except cspm.CspmError as error:
                yield error
        snapshot = json.dumps({"cspm_snapshot": 1, "collected_at": secret.whole, "resources": []}).encode()
        try:
            cspm.scan(cspm.Snapshot.from_bytes(snapshot), cspm.Rules(services=["s3"]))
        except cspm.CspmError as error:
            yield error

    said = [f"{error} {error!r} {error.cause} {error.help}" for error in errors()]  # type: ignore[attr-defined]
    said.extend("".join(traceback.format_exception_only(error)) for error in errors())
    assert_clean({f"error {number}": text for number, text in enumerate(said)})
    report = cspm.scan(Tell(secret.text), cspm.Rules(builtin=False, extra=rules()[:1]))
    assert_clean({"coverage": repr(report.coverage), "json": report.to_string("json")})


def test_sources_do_not_show_their_options() -> None:
    plain = "sword" + "fish"
    aws = cspm.Aws(
        access_key_id="key",
        secret_access_key=plain,
        session_token=plain,
        endpoint_url=f"http://app:{plain}@host/?token={plain}",
    )
    shown = repr(aws) + str(aws) + repr(cspm.Snapshot(f"https://app:{plain}@host/a.json"))
    assert plain not in shown


def test_an_asynchronous_scan_keeps_its_secrets() -> None:
    async def told() -> list[str]:
        collector = Tell(SECRETS[10].text)
        return [repr(event) async for event in cspm.stream([collector], cspm.Rules(builtin=False, extra=rules()[:3]))]

    assert_clean({"events": "\n".join(asyncio.run(told()))})
