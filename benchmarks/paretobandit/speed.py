"""
What one decision and its update take in ParetoBandit's own package, on one thread: route() and process_feedback() of its
router with precomputed features, its defaults, no persistence. Prints one JSON line a size.
"""

import argparse
import json
import time

import numpy as np

import streams  # noqa: F401  (silences the package's log)
from pareto_bandit import BanditRouter
from pareto_bandit.feature_service import FeatureService

WARM_UP = 2000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="26x4,65x16", help="dimension with bias x models, separated by commas")
    parser.add_argument("--calls", type=int, default=20000)
    options = parser.parse_args()
    for size in options.sizes.split(","):
        dimension, models = map(int, size.split("x"))
        print(json.dumps(measure(dimension, models, options.calls)), flush=True)


def measure(dimension, models, calls):
    rng = np.random.default_rng(1)
    registry = {
        f"m{k}": {"input_cost_per_m": 0.1 * (k + 1), "output_cost_per_m": 0.4 * (k + 1)} for k in range(models)
    }
    router = BanditRouter.create(
        model_registry=registry,
        feature_service=FeatureService.for_precomputed(dimension),
        priors="none",
        bandit_seed=1,
    )
    x = np.hstack([rng.standard_normal((1024, dimension - 1)), np.ones((1024, 1))])
    rewards = rng.random(1024)
    route = feedback = 0
    for i in range(WARM_UP + calls):
        start = time.perf_counter_ns()
        _, log = router.route(x[i % 1024], input_tokens=100)
        routed = time.perf_counter_ns()
        router.process_feedback(log.request_id, rewards[i % 1024])
        ended = time.perf_counter_ns()
        if i >= WARM_UP:
            route += routed - start
            feedback += ended - routed
    return {
        "dimension_with_bias": dimension,
        "models": models,
        "calls": calls,
        "route_us": round(route / calls / 1000, 2),
        "feedback_us": round(feedback / calls / 1000, 2),
        "total_us": round((route + feedback) / calls / 1000, 2),
    }


if __name__ == "__main__":
    main()
