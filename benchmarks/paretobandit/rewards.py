"""
Mean reward of ParetoBandit's own package beside Penstock's, cold and warm, row by row.

Three settings: its defaults; as it documents (cost penalty = the row's lambda, prices anchored to the pool, whitened features,
the hyper-parameters of its configuration module); and the best of a grid, found on other orders of the same prompts. The
last once for all rows, as Penstock has one default for all, and once for each row, which Penstock has not.
"""

import argparse
import itertools
import json
import math
from multiprocessing import get_context
from pathlib import Path

import numpy as np

import passes
import streams
from streams import DOCUMENTED_COLD, DOCUMENTED_WARM, Setting

TUNING_SEED = 1001

COLD_GRID = [
    Setting(objective, True, True, alpha, gamma, ridge, None, offset)
    for objective, alpha, gamma, ridge, offset in itertools.product(
        ["penalty", "reward"], [0.01, 0.05, 0.2], [1.0, 0.9995], [1.0, 10.0, 100.0], [0.0, 0.6]
    )
]
WARM_GRID = [
    Setting(objective, True, True, alpha, 1.0, ridge, trust, offset)
    for objective, alpha, ridge, trust, offset in itertools.product(
        ["penalty", "reward"], [0.01, 0.1], [1.0, 100.0], [1163.9, 5000.0], [0.0, 0.6]
    )
]

POOLS = {}


def job(task):
    """Sum and number of the rewards of one pass."""
    kind, name, weight, setting, seed, half, tuning = task
    pool = POOLS[name]
    rng = np.random.default_rng(seed)
    if kind == "cold":
        order = rng.permutation(pool.about["prompts"]) if tuning else pool.orders[seed - 1]
        rewards = passes.cold(pool, weight, setting, order, seed)
    else:
        rewards = passes.warm(pool, weight, setting, seed, half, rng if tuning else None)
    return rewards.sum(), len(rewards)


def load(folder):
    POOLS.update((pool.name, pool) for pool in streams.load(folder))


def rows():
    return [(name, weight) for name, pool in POOLS.items() for weight in pool.about["lambdas"]]


def means(workers, kind, chosen, seeds, tuning=False):
    """By (row, setting): the mean reward of each seed. `chosen` says which settings a row is run with."""
    halves = [0] if kind == "cold" else [0, 1]
    tasks = [
        (kind, *row, setting, seed, half, tuning)
        for row in rows()
        for setting in chosen(row)
        for seed in seeds
        for half in halves
    ]
    sums = {}
    for task, (total, count) in zip(tasks, workers.imap(job, tasks, chunksize=4)):
        of_seed = sums.setdefault((task[1:3], task[3]), {}).setdefault(task[4], [0.0, 0])
        of_seed[0] += total
        of_seed[1] += count
    return {key: [total / count for total, count in by_seed.values()] for key, by_seed in sums.items()}


def tune(workers, kind, grid):
    """The setting with the best mean over all rows, and that of each row."""
    found = means(workers, kind, lambda row: grid, [TUNING_SEED], tuning=True)
    overall = max(grid, key=lambda setting: sum(found[row, setting][0] for row in rows()))
    each = {row: max(grid, key=lambda setting: found[row, setting][0]) for row in rows()}
    return overall, each


def judge(workers, kind, documented, grid, seeds):
    overall, each = tune(workers, kind, grid)
    names = {"defaults": lambda row: Setting(), "documented": lambda row: documented}
    names["tuned"] = lambda row: overall
    names["tuned_for_each_row"] = lambda row: each[row]
    found = means(workers, kind, lambda row: sorted({of(row) for of in names.values()}, key=repr), seeds)
    result = {row: {name: spread(found[row, of(row)]) for name, of in names.items()} for row in rows()}
    return result, overall, each


def spread(values):
    error = np.std(values, ddof=1) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return {"mean": float(np.mean(values)), "se": float(error)}


def table(report):
    names = ["defaults", "documented", "tuned", "tuned_for_each_row"]
    lines = []
    for kind in ["cold", "warm"]:
        lines += [
            f"| pool | λ | best fixed | Penstock {kind} | defaults | documented | tuned | tuned for each row |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in report["rows"]:
            cells = [f"{row['pool']}", f"{row['lambda']:.2f}", f"{row['best_fixed']:.4f}"]
            cells.append(f"{row['penstock'][kind]:.4f}" if "penstock" in row else "")
            cells += [f"{row[kind][name]['mean']:.4f} ± {row[kind][name]['se']:.4f}" for name in names]
            lines.append("| " + " | ".join(cells) + " |")
        gaps = [np.mean([row[kind][name]["mean"] - row["best_fixed"] for row in report["rows"]]) for name in names]
        ours = [row["penstock"][kind] - row["best_fixed"] for row in report["rows"] if "penstock" in row]
        mean = f"{np.mean(ours):+.4f}" if ours else ""
        lines.append(f"| mean above best fixed | | | {mean} | " + " | ".join(f"{gap:+.4f}" for gap in gaps) + " |")
        if ours:
            wins = [sum(row["penstock"][kind] > row[kind][name]["mean"] for row in report["rows"]) for name in names]
            of = len(report["rows"])
            lines.append("| rows where Penstock earns more | | | | " + " | ".join(f"{win} of {of}" for win in wins) + " |")
        lines.append("")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", required=True, help="what `penstock eval --export DIR` wrote")
    parser.add_argument("--penstock", help="what `penstock eval --json FILE` wrote in the same call")
    parser.add_argument("--seeds", type=int, help="orders to judge on (default: all that were exported)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", help="write the result")
    options = parser.parse_args()
    load(options.streams)
    exported = min(pool.about["seeds"] for pool in POOLS.values())
    seeds = range(1, (options.seeds or exported) + 1)
    with get_context("fork").Pool(options.processes) as workers:
        cold, cold_setting, cold_each = judge(workers, "cold", DOCUMENTED_COLD, COLD_GRID, seeds)
        warm, warm_setting, warm_each = judge(workers, "warm", DOCUMENTED_WARM, WARM_GRID, seeds)
    report = {
        "seeds": len(seeds),
        "tuned": {"cold": vars(cold_setting), "warm": vars(warm_setting)},
        "grid": {"cold": len(COLD_GRID), "warm": len(WARM_GRID)},
        "rows": [],
    }
    ours = {}
    if options.penstock:
        for row in json.loads(Path(options.penstock).read_text())["rows"]:
            ours[row["pool"], row["lambda"]] = {"cold": row["cold_mean"], "warm": row["warm_mean"]}
    for row in rows():
        name, weight = row
        entry = {"pool": name, "lambda": weight, "best_fixed": float(POOLS[name].reward(weight).mean(axis=0).max())}
        entry.update({"cold": cold[row], "warm": warm[row]})
        entry["tuned_for_row"] = {"cold": vars(cold_each[row]), "warm": vars(warm_each[row])}
        if row in ours:
            entry["penstock"] = ours[row]
        report["rows"].append(entry)
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=1) + "\n")
    print(table(report))


if __name__ == "__main__":
    main()
