"""Cost against size as a picture, from the figures of `bench_search.py` on stdin. Runs where matplotlib is."""

from __future__ import annotations

import json
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

SHOWN = {"ours": "our API with facets", "page": "our results page", "datasette": "Datasette with facets"}

rows = json.load(sys.stdin)["rows"]
figure, axes = plt.subplots(figsize=(7, 4.5))
for (name, label), color in zip(SHOWN.items(), ("#0b6e4f", "#6c9a8b", "#b5482a"), strict=True):
    measured = [row for row in rows if row[name]]
    for part, line in (("p50", "o-"), ("p95", "o:")):
        sizes, took = [row["size"] for row in measured], [row[name][part] for row in measured]
        axes.plot(sizes, took, line, color=color, label=f"{label}, {part}")
axes.set(xscale="log", yscale="log", xlabel="contact points", ylabel="milliseconds for one question")
axes.grid(which="major", alpha=0.3)
axes.legend(fontsize=8)
figure.savefig(sys.argv[1], bbox_inches="tight")
