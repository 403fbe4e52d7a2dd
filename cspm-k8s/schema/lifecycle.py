#!/usr/bin/env python3
"""Makes deprecated_apis.json anew: which versions of Kubernetes deprecate and remove which versions of its API.

usage: lifecycle.py VERSION API    where API is the folder of the module k8s.io/api at VERSION, whose sources say it
"""

import json
import pathlib
import re
import sys

METHOD = re.compile(r"func \(in \*(\w+)\) APILifecycle(\w+)\(\) \(?(.*?)\)? \{\s*return (.*?)\s*\}", re.DOTALL)
# In modules of their own, or no longer in any: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
OTHERS = [
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.22", "1.25", "autoscaling/v2"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.23", "1.26", "autoscaling/v2"),
    ("extensions/v1beta1", "PodSecurityPolicy", "1.11", "1.16", "policy/v1beta1"),
    ("policy/v1beta1", "PodSecurityPolicy", "1.21", "1.25", None),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.16", "1.22", "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", "APIService", "1.19", "1.22", "apiregistration.k8s.io/v1"),
]


def lifecycles(folder, group, version):
    text = (folder / "zz_generated.prerelease-lifecycle.go").read_text()
    found = {}
    for kind, method, _, value in METHOD.findall(text):
        found.setdefault(kind, {})[method] = value
    for kind, of in found.items():
        if kind.endswith("List") or "Deprecated" not in of:
            continue
        minor = {name: of[name].replace(", ", ".") for name in ("Deprecated", "Removed") if name in of}
        replacement = None
        if "Replacement" in of:
            parts = dict(re.findall(r'(Group|Version|Kind): +"(.*?)"', of["Replacement"]))
            replacement = "/".join(filter(None, [parts.get("Group"), parts.get("Version")]))
        yield (f"{group}/{version}" if group else version), kind, minor["Deprecated"], minor.get("Removed"), replacement


def main(version, api):
    rows, known = list(OTHERS), {row[:2] for row in OTHERS}
    for folder in sorted(pathlib.Path(api).glob("*/v*")):
        if (folder / "zz_generated.prerelease-lifecycle.go").exists():
            group = re.search(r'GroupName = "(.*?)"', (folder / "register.go").read_text()).group(1)
            rows.extend(row for row in lifecycles(folder, group, folder.name) if row[:2] not in known)
    names = ("api_version", "kind", "deprecated_in", "removed_in", "replacement")
    lines = [f"  {json.dumps(dict(zip(names, row, strict=True)))}" for row in sorted(rows, key=lambda row: row[:2])]
    out = pathlib.Path(__file__).with_name("deprecated_apis.json")
    out.write_text('{"version": ' + json.dumps(version) + ', "apis": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{out.name}: {len(rows)} deprecated APIs of Kubernetes {version}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
