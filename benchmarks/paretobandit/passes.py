"""One pass of ParetoBandit's own router over one order, with the windows, delays and losses that Penstock's had."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np

from streams import contexts

TYPICAL_TOKENS = 300


class _Components:
    """Features that need no further projection, for generate_warmup_priors."""

    def __init__(self, dimension):
        self.n_components_ = dimension

    def transform(self, rows):
        return rows


def cold(pool, weight, setting, order, seed):
    """Rewards in the order of the requests, nothing known but the prices."""
    whiten_by = pool.features if setting.whiten else None
    x = contexts(pool.features, whiten_by)
    router = setting.router(pool, weight, seed, x.shape[1])
    return run(pool, weight, setting, router, x, order, seed)


def warm(pool, weight, setting, seed, half, other_order=None):
    """
    Likewise on one half, with priors that the package itself makes of the other half's full outcomes.

    other_order: a random generator that shuffles the requests, for tuning
    """
    features, taught, order = pool.warm(seed, half)
    if other_order is not None:
        order = other_order.permutation(order)
    x = contexts(features, features[taught] if setting.whiten else None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "priors.joblib"
        priors(pool, weight, setting, x, taught, path)
        router = setting.router(pool, weight, seed, x.shape[1], priors=str(path))
    return run(pool, weight, setting, router, x, order, seed)


def priors(pool, weight, setting, x, taught, path):
    from pareto_bandit import generate_warmup_priors

    paid = setting.paid(pool, weight)
    names = [str(place) for place in taught]
    generate_warmup_priors(
        [
            {"prompt": name, "rewards": dict(zip(pool.models, paid[place]))}
            for name, place in zip(names, taught)
        ],
        encoder_model="precomputed",
        pca=_Components(x.shape[1] - 1),
        precomputed_raw_embeddings={
            hashlib.sha256(name.encode()).hexdigest(): x[place, :-1] for name, place in zip(names, taught)
        },
        output_path=path,
    )


def run(pool, weight, setting, router, x, order, seed):
    """Requests are decided in windows; verdicts of a window come after it, some later still, some never."""
    about = pool.about
    column = {model: k for k, model in enumerate(pool.models)}
    paid = setting.paid(pool, weight)
    earned = pool.reward(weight)
    losses = np.random.default_rng(seed)
    rewards = np.zeros(len(order))
    asked = []
    judged = 0
    for start in range(0, len(order), about["in_flight"]):
        end = min(len(order), start + about["in_flight"])
        for i in range(start, end):
            place = order[i]
            model, log = router.route(
                x[place], input_tokens=int(pool.input_tokens[place]), output_tokens=TYPICAL_TOKENS
            )
            rewards[i] = earned[place, column[model]]
            asked.append((log.request_id, place, column[model]))
        while judged < end - about["delay"]:
            request, place, k = asked[judged]
            judged += 1
            if about["missing"] == 0 or losses.random() >= about["missing"]:
                router.process_feedback(request, float(paid[place, k]))
    return rewards
