"""networkx reads the graph."""

import json

import networkx
from expected import folder

data = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
graph = networkx.node_link_graph(data, edges="links")
assert graph.is_directed() and graph.is_multigraph()
assert graph.number_of_nodes() == len(data["nodes"]) > 50
assert graph.number_of_edges() == len(data["links"]) == graph.number_of_nodes() - 1
assert networkx.is_weakly_connected(graph)
assert graph.graph["coverage"]["calls"], "the coverage is with the graph"
node = graph.nodes["arn:aws:s3:::website"]
assert node["kind"] == "aws_s3_bucket" and node["data"] == {"blocked": False, "encrypted": True}
assert any(attributes.get("unread") for _, attributes in graph.nodes(data=True))
assert all(relation == "reference" for _, _, relation in graph.edges(data="relation"))
print("ok", graph.number_of_nodes())
