#!/usr/bin/env python3
"""Makes kubernetes.json anew: the types of Kubernetes' API as JSON Schema, cut down to what rules are checked against.

usage: update.py VERSION SWAGGER    where SWAGGER is api/openapi-spec/swagger.json of k8s.io/kubernetes at VERSION
"""

import json
import pathlib
import sys

# The types of the kinds of `src/native.rs`; everything that they refer to comes with them.
ROOTS = """
core.v1: ConfigMap LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod ReplicationController
  ResourceQuota Secret Service ServiceAccount
apps.v1: DaemonSet Deployment ReplicaSet StatefulSet
batch.v1: CronJob Job
rbac.v1: ClusterRole ClusterRoleBinding Role RoleBinding
networking.v1: Ingress IngressClass NetworkPolicy
policy.v1: PodDisruptionBudget
autoscaling.v2: HorizontalPodAutoscaler
storage.v1: StorageClass
admissionregistration.v1: MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
  ValidatingWebhookConfiguration
apiregistration.v1: APIService
"""
# What can be a number as well as a text, or anything at all.
OPEN = {"api.resource.Quantity", "util.intstr.IntOrString"}
TIMES = {"meta.v1.Time", "meta.v1.MicroTime"}
# Never kept in a resource: who set which field, which rules do not ask.
DROPPED = {"meta.v1.ManagedFieldsEntry"}

# What the server takes no object without, though the schema does not say so.
REQUIRED = {
    "core.v1.PodTemplateSpec": ["spec"],
    "core.v1.ReplicationControllerSpec": ["template"],
    "apps.v1.ReplicaSetSpec": ["template"],
    "batch.v1.JobTemplateSpec": ["spec"],
}

# The Gateway API defines its resources itself and is not in the specification of Kubernetes: what rules read of it.
# https://gateway-api.sigs.k8s.io/reference/spec/
GATEWAY = {
    "type": "object",
    "description": "Gateway represents an instance of a service-traffic handling infrastructure.",
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": "#/$defs/meta.v1.ObjectMeta"},
        "spec": {
            "type": "object",
            "required": ["gatewayClassName", "listeners"],
            "additionalProperties": True,
            "properties": {
                "gatewayClassName": {"type": "string"},
                "listeners": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "port", "protocol"],
                        "additionalProperties": True,
                        "properties": {
                            "hostname": {"type": "string"},
                            "name": {"type": "string"},
                            "port": {"type": "integer"},
                            "protocol": {"type": "string"},
                            "tls": {
                                "type": "object",
                                "additionalProperties": True,
                                "properties": {
                                    "certificateRefs": {"type": "array", "items": {"type": "object"}},
                                    "mode": {"type": "string"},
                                },
                            },
                        },
                    },
                },
            },
        },
        "status": {"type": "object"},
    },
    "required": ["metadata", "spec"],
}

# What custom resources have in common; what their fields mean their own definitions say. `specs` is Cilium's.
CUSTOM = {
    "type": "object",
    "description": "An object of a custom resource, as its own definition has it.",
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": "#/$defs/meta.v1.ObjectMeta"},
        "spec": {},
        "specs": {},
    },
    "required": ["metadata"],
}


def short(name):
    """io.k8s.api.core.v1.Pod -> core.v1.Pod"""
    parts = name.split(".")
    return ".".join(parts[-3:])


def trimmed(schema):
    """A schema with what decides a type, and nothing else."""
    if "$ref" in schema:
        target = short(schema["$ref"].removeprefix("#/definitions/"))
        if target in OPEN:
            return {}
        if target in TIMES:
            return {"type": "string", "format": "date-time"}
        return {"$ref": "#/$defs/" + target}
    kept = {}
    if "type" in schema:
        kept["type"] = schema["type"]
    if schema.get("format") == "date-time":
        kept["format"] = "date-time"
    if schema.get("enum"):
        kept["enum"] = schema["enum"]
    if "required" in schema:
        kept["required"] = schema["required"]
    if "items" in schema:
        kept["items"] = trimmed(schema["items"])
    if "additionalProperties" in schema:
        kept["additionalProperties"] = trimmed(schema["additionalProperties"])
    if "properties" in schema:
        properties = {name: trimmed(of) for name, of in sorted(schema["properties"].items())}
        kept["properties"] = {
            name: of for name, of in properties.items() if not any(dropped in json.dumps(of) for dropped in DROPPED)
        }
    return kept


def references(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix("#/$defs/")
        for part in schema.values():
            yield from references(part)


def main(version, swagger):
    document = json.loads(pathlib.Path(swagger).read_text())
    found = {short(name): schema for name, schema in document["definitions"].items()}
    definitions = {name: trimmed(schema) for name, schema in found.items()}
    # An ephemeral container has the fields of a container and one more; as one type they can stand in one list.
    definitions["core.v1.Container"]["properties"] |= definitions["core.v1.EphemeralContainer"]["properties"]
    definitions["core.v1.EphemeralContainer"] = {"$ref": "#/$defs/core.v1.Container"}
    roots, group = [], ""
    for word in ROOTS.split():
        group = word[:-1] if word.endswith(":") else group
        if not word.endswith(":"):
            roots.append(f"{group}.{word}")
    kept, waiting = {}, list(roots)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = definitions[name]
            waiting.extend(references(kept[name]))
    for name, fields in REQUIRED.items():
        kept[name]["required"] = sorted({*fields, *kept[name].get("required", [])})
    for root in roots:
        own = {"metadata", "spec"} & kept[root]["properties"].keys()
        kept[root]["required"] = sorted(own | set(kept[root].get("required", [])))
        # The first sentence, for the pages of kinds.
        kept[root]["description"] = found[root]["description"].split(". ")[0].rstrip(".") + "."
    kept["gateway.v1.Gateway"] = GATEWAY
    kept["custom.Resource"] = CUSTOM
    out = pathlib.Path(__file__).with_name("kubernetes.json")
    lines = [f"  {json.dumps(name)}: {json.dumps(kept[name])}" for name in sorted(kept)]
    out.write_text('{"version": ' + json.dumps(version) + ', "definitions": {\n' + ",\n".join(lines) + "\n}}\n")
    print(f"{out.name}: {len(kept)} types of Kubernetes {version}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
