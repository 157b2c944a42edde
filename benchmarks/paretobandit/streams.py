"""Reads what `penstock eval --export DIR` wrote, and makes ParetoBandit routers for it."""

import json
import logging
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

logging.disable(logging.CRITICAL)

from pareto_bandit import BanditRouter  # noqa: E402
from pareto_bandit.feature_service import FeatureService  # noqa: E402
from pareto_bandit.types import RouterConfig  # noqa: E402

# A typical answer, for turning a reference line into a price of a token.
TYPICAL_TOKENS = 300


@dataclass
class Pool:
    """One pool; arrays have a row for each prompt and a column for each model."""

    folder: Path
    about: dict
    features: np.ndarray
    quality: np.ndarray
    cost: np.ndarray
    amount: np.ndarray
    input_tokens: np.ndarray
    orders: np.ndarray

    @property
    def name(self):
        return self.about["pool"]

    @property
    def models(self):
        return [model["slug"] for model in self.about["models"]]

    def reward(self, weight):
        """What each model earns on each prompt."""
        return self.quality - weight * self.amount / self.about["c_ref"]

    def registry(self):
        """Prices as ParetoBandit wants them; where time or energy counts, a model's price is its reference line."""
        prices = {}
        for model in self.about["models"]:
            if self.about["objective"] == "cost_usd":
                given, written = model["usd_per_1m_input"], model["usd_per_1m_output"]
            elif self.about["objective"] == "latency_ms":
                given, written = 0.0, model["first_token_ms"] / TYPICAL_TOKENS + model["ms_per_output_token"]
            else:
                given, written = 0.0, model["joules_per_output_token"]
            prices[model["slug"]] = {"input_cost_per_m": given, "output_cost_per_m": written}
        return prices

    def anchors(self):
        """The cheapest and the dearest price, in the unit of RouterConfig's anchors."""
        blended = [
            (price["input_cost_per_m"] + price["output_cost_per_m"]) / 2 / 1000 for price in self.registry().values()
        ]
        return min(blended), max(blended)

    def warm(self, seed, half):
        """Features fitted on one half, the prompts of that half, and the others in the order of a seed."""
        judged = (seed - 1) % self.about["seeds"] + 1
        cut = f"cut-{judged % self.about['cuts']}-{half}"
        shape = (self.about["prompts"], self.about["fitted_dimension"])
        features = np.fromfile(self.folder / f"{cut}-features.f32", "<f4").reshape(shape)
        taught = np.fromfile(self.folder / f"{cut}-taught.i32", "<i4")
        return features, taught, np.fromfile(self.folder / f"warm-{judged}-{half}.i32", "<i4")


def load(folder):
    """All pools of an export."""
    return [read(path.parent) for path in sorted(Path(folder).glob("*/pool.json"))]


def read(folder):
    about = json.loads((folder / "pool.json").read_text())
    n, k = about["prompts"], len(about["models"])

    def numbers(name):
        return np.fromfile(folder / name, "<f8").reshape(n, k)

    return Pool(
        folder,
        about,
        np.fromfile(folder / "features.f32", "<f4").reshape(n, about["dimension"]),
        numbers("quality.f64"),
        numbers("cost.f64"),
        numbers("amount.f64"),
        np.fromfile(folder / "input_tokens.i32", "<i4"),
        np.fromfile(folder / "orders.i32", "<i4").reshape(about["seeds"], n),
    )


def contexts(features, whiten_by=None):
    """Rows as ParetoBandit's own feature service makes them: components (of unit variance), then the bias."""
    x = features.astype(np.float64)
    if whiten_by is not None:
        x = x / np.maximum(whiten_by.astype(np.float64).std(axis=0), 1e-6)
    return np.hstack([x, np.ones((len(x), 1))])


@dataclass(frozen=True)
class Setting:
    """
    How ParetoBandit is set.

    objective: "own" leaves its cost penalty at its default; "penalty" sets that to the weight of the cost; "reward" turns it
    off and pays what the pool pays: quality minus the weighted cost
    whiten: components of unit variance, as its own feature service has them
    anchored: prices are normalised between the pool's cheapest and dearest model
    offset: taken from rewards before they are fed
    None = its default
    """

    objective: str = "own"
    whiten: bool = False
    anchored: bool = False
    alpha: float | None = None
    gamma: float | None = None
    ridge: float | None = None
    trust: float | None = None
    offset: float = 0.0

    def router(self, pool, weight, seed, dimension, priors="none", **more):
        options = dict(more)
        if self.alpha is not None:
            options["alpha"] = self.alpha
        if self.gamma is not None:
            options["forgetting_factor"] = self.gamma
        if self.ridge is not None:
            options["init_lambda"] = self.ridge
        if self.trust is not None:
            options["prior_n_effective"] = self.trust
        if self.objective != "own":
            options["cost_penalty"] = weight if self.objective == "penalty" else 0.0
        limits = {}
        if self.anchored:
            limits["market_cost_floor"], limits["market_cost_ceiling"] = pool.anchors()
        if self.objective == "reward":
            limits["reward_min"], limits["reward_max"] = -math.inf, math.inf
        return BanditRouter.create(
            model_registry=pool.registry(),
            feature_service=FeatureService.for_precomputed(dimension),
            priors=priors,
            bandit_seed=seed,
            config=RouterConfig(**limits),
            **options,
        )

    def paid(self, pool, weight):
        """What it is fed for each prompt and model."""
        return (pool.reward(weight) if self.objective == "reward" else pool.quality) - self.offset


# As its configuration module documents them for a start without priors, and with them.
DOCUMENTED_COLD = Setting("penalty", whiten=True, anchored=True, alpha=0.05, gamma=0.997)
DOCUMENTED_WARM = Setting("penalty", whiten=True, anchored=True, alpha=0.01, gamma=0.997, trust=1163.9)
