"""
How near ParetoBandit's own pacer keeps to a budget when feedback is an hour late and 30 % of it never comes.

The requests of a pool are spread evenly over four hours, so a verdict comes a quarter of the stream after its decision; its
pacer moves only when feedback comes. The budget is a mean cost of a request, between that of the cheapest and that of the
dearest model. Error = what was really spent over the budget, minus 1; where the budget is more than the router wants to spend
without a pacer, the row says so and does not count. Settings: its defaults; as it documents (rewards are quality alone, no
fixed cost penalty, whitened features, prices anchored to the pool); and the best of a grid of pacers on other orders, which
is also told what each answer really cost: by itself it keeps to estimates. With feedback at once and complete as well, to see what the delay costs.
"""

import argparse
import itertools
import json
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np

import streams
from streams import Setting, contexts

from pareto_bandit.budget_pacer import BudgetPacer, PacingMode

SHARES = [0.1, 0.3, 0.6]
HOURS = 4
# Its default.
TYPICAL_TOKENS = 600
TUNING_SEED = 1001
DOCUMENTED = Setting("reward", whiten=True, anchored=True, alpha=0.05, gamma=0.997)
POOLS = {}


def target(pool, share):
    """A mean cost between the cheapest model's and the dearest's, in dollars."""
    means = pool.cost.mean(axis=0)
    return means.min() + share * (means.max() - means.min())


def run(pool, share, kind, pacing, seed, late, missing):
    """Mean dollars of a request; without a pacer if `pacing` is None."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(pool.about["prompts"]) if seed >= TUNING_SEED else pool.orders[seed - 1]
    setting = Setting() if kind == "defaults" else DOCUMENTED
    x = contexts(pool.features, pool.features if setting.whiten else None)
    pacer = None
    if pacing is not None:
        pacer = BudgetPacer(target(pool, share), **pacing)
    router = setting.router(pool, 0.0, seed, x.shape[1], budget_pacer=pacer)
    column = {model: k for k, model in enumerate(pool.models)}
    waiting = []
    spent = 0.0
    done = 0
    for i, place in enumerate(order):
        model, log = router.route(x[place], input_tokens=int(pool.input_tokens[place]), output_tokens=TYPICAL_TOKENS)
        k = column[model]
        spent += pool.cost[place, k]
        if kind == "tuned":
            # Its feedback has no cost; its pacer reads the estimate in this record, so the truth is put there.
            log.cost_usd = float(pool.cost[place, k])
        waiting.append((log.request_id, pool.quality[place, k]))
        while done <= i - late * len(order):
            request, quality = waiting[done]
            done += 1
            if rng.random() >= missing:
                router.process_feedback(request, float(quality))
    return spent / len(order)


def pacings(kind):
    if kind != "tuned":
        return [{}]
    return [
        {"mode": mode, "lr": lr, "ema_alpha": ema}
        for mode, lr, ema in itertools.product(PacingMode, [0.005, 0.05, 0.5], [0.005, 0.05])
    ]


def job(task):
    name, share, kind, pacing, seed, late, missing = task
    pacing = None if pacing is None else dict(pacing)
    return run(POOLS[name], share, kind, pacing, seed, late, missing)


def spends(workers, cells, kind, pacing, seeds, late, missing):
    frozen = None if pacing is None else tuple(pacing.items())
    tasks = [(*cell, kind, frozen, seed, late, missing) for cell in cells for seed in seeds]
    spent = workers.map(job, tasks, chunksize=1)
    return {cell: np.array(spent[i * len(seeds) : (i + 1) * len(seeds)]) for i, cell in enumerate(cells)}


def errors(cells, spent):
    return {cell: spent[cell] / target(POOLS[cell[0]], cell[1]) - 1 for cell in cells}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", required=True, help="what `penstock eval --export DIR` wrote")
    parser.add_argument("--penstock", help="JSON {rows: [{pool, share, error}]} of Penstock on the same streams")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", help="write the result")
    options = parser.parse_args()
    POOLS.update((pool.name, pool) for pool in streams.load(options.streams) if pool.about["objective"] == "cost_usd")
    cells = [(name, share) for name in POOLS for share in SHARES]
    seeds = range(1, options.seeds + 1)
    with get_context("fork").Pool(options.processes) as workers:
        free = {
            kind: spends(workers, cells, kind, None, [1], 0, 0.0) for kind in ["defaults", "documented"]
        }
        grid = pacings("tuned")
        found = [
            errors(cells, spends(workers, cells, "tuned", pacing, [TUNING_SEED], 1 / HOURS, 0.3)) for pacing in grid
        ]
        best = min(range(len(grid)), key=lambda i: sum(np.abs(found[i][cell]).mean() for cell in cells))
        chosen = {"defaults": {}, "documented": {}, "tuned": grid[best]}
        result = {}
        for kind, pacing in chosen.items():
            result[kind] = {
                "late": errors(cells, spends(workers, cells, kind, pacing, seeds, 1 / HOURS, 0.3)),
                "prompt": errors(cells, spends(workers, cells, kind, pacing, seeds, 0, 0.0)),
            }
    report = {"seeds": options.seeds, "hours": HOURS, "tuned": {key: str(value) for key, value in grid[best].items()}}
    report["rows"] = []
    ours = {}
    if options.penstock:
        rows = json.loads(Path(options.penstock).read_text())["rows"]
        ours = {(row["pool"], row["share"]): row["error"] for row in rows}
    for cell in cells:
        pool = POOLS[cell[0]]
        row = {"pool": cell[0], "share": cell[1], "target_usd": float(target(pool, cell[1]))}
        for kind in chosen:
            wanted = free["defaults" if kind == "defaults" else "documented"][cell].mean()
            row[kind] = {
                "binding": bool(wanted > row["target_usd"]),
                "late": [float(value) for value in result[kind]["late"][cell]],
                "prompt": [float(value) for value in result[kind]["prompt"][cell]],
            }
        if cell in ours:
            row["penstock"] = ours[cell]
        report["rows"].append(row)
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=1) + "\n")
    print(table(report, list(chosen)))


def table(report, kinds):
    lines = [
        "| pool | budget, share of the range | Penstock | " + " | ".join(f"{k}, late | at once" for k in kinds) + " |",
        "|---|---|---|" + "---|---|" * len(kinds),
    ]
    for row in report["rows"]:
        cells = [row["pool"], f"{row['share']:.1f}"]
        cells.append(f"{100 * row['penstock']:+.2f} %" if "penstock" in row else "")
        for kind in kinds:
            for when in ["late", "prompt"]:
                free = "" if row[kind]["binding"] else " (wants less)"
                cells.append(f"{100 * np.mean(row[kind][when]):+.1f} %{free}")
        lines.append("| " + " | ".join(cells) + " |")
    sums = ["mean absolute error where the budget binds", "", ""]
    ours = [abs(row["penstock"]) for row in report["rows"] if "penstock" in row]
    if ours:
        sums[2] = f"{100 * np.mean(ours):.2f} %"
    for kind in kinds:
        for when in ["late", "prompt"]:
            binding = [np.abs(row[kind][when]).mean() for row in report["rows"] if row[kind]["binding"]]
            sums.append(f"{100 * np.mean(binding):.1f} % ({len(binding)} rows)" if binding else "no row")
    lines.append("| " + " | ".join(sums) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    start = time.time()
    main()
    print(f"\n{time.time() - start:.0f} s")
