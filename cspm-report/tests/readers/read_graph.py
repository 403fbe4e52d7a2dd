"""networkx reads the graph."""

import json

import networkx
from expected import findings, folder, report

data = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
graph = networkx.node_link_graph(data, edges="links")
assert graph.is_directed() and graph.is_multigraph()
# Beside the resources there is a node for each end of a link that is not known, since its list was not made.
unknown = {link["target"] for link in data["links"] if link.get("unread")}
counted = (graph.number_of_nodes(), len(data["nodes"]), report["summary"]["resources"] + len(unknown))
assert len(set(counted)) == 1, counted
assert graph.number_of_edges() == len(data["links"]) > 0
assert graph.graph["coverage"]["calls"] == report["coverage"]["calls"], "the coverage is with the graph"

# What stands for a list that was not made is in no graph.
resources = {
    f["resource"]["uid"]: f["resource"] for f in findings if not f["resource"]["uid"].startswith("unlisted://")
}
assert resources
for uid, resource in resources.items():
    node = graph.nodes[uid]
    assert node["data"] and all(node[name] == resource[name] for name in ("kind", "account", "region", "name", "tags"))
# No edge brought a node of its own.
assert all(kind for _, kind in graph.nodes(data="kind"))
assert all(relation for _, _, relation in graph.edges(data="relation"))
print("ok", graph.number_of_nodes() - len(unknown))
