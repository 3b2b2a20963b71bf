"""What the ear learnt: one small file of weights, `ear.json`, made by `python -m benchmarks.train_ear`.

Three models: where a note begins (`locator`), what happened to a score note (`verdicts`), and whether an unclaimed
sound is a note that was added (`extras`). The softmax of a classifier is its confidence: it was fitted so that of
the verdicts held at .8, .8 are right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.grading.features import Table

Array = NDArray[np.float64]
Matrix = NDArray[np.float32]
Layer = tuple[Matrix, Matrix]

WEIGHTS = Path(__file__).with_name("ear.json")

# The order of the verdict classifier's probabilities.
RIGHT, PITCH, OCTAVE, MISSING, LATE, EARLY = range(6)
KINDS = ("right", "pitch", "octave", "missing", "late", "early")
# A number further from its mean than this says no more than that it is far.
FURTHEST = 6.0


class WrongWeights(ValueError):
    """The weights were learnt for other features than this engine measures."""


@dataclass(frozen=True)
class Classifier:
    """A linear model with a few hidden units beside it: softmax((x A + tanh(x B + c) D + e) / temperature)."""

    names: tuple[str, ...]
    mean: Array
    scale: Array
    direct: Array  # features x kinds
    hidden: Array  # features x units
    hidden_bias: Array
    readout: Array  # units x kinds
    bias: Array
    temperature: float = 1.0

    def probabilities(self, table: Table) -> Array:
        """rows x kinds."""
        if tuple(table.names) != self.names:
            raise WrongWeights("these weights were learnt for other features: run benchmarks.train_ear again")
        return self.of(table.matrix)

    def of(self, features: Array) -> Array:
        """rows x kinds, from rows x features in the order of `names`."""
        standard = np.clip((features - self.mean) / self.scale, -FURTHEST, FURTHEST)
        logits = standard @ self.direct + np.tanh(standard @ self.hidden + self.hidden_bias) @ self.readout + self.bias
        odds = np.exp((logits - logits.max(axis=1, keepdims=True)) / self.temperature)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def to_dict(self) -> dict[str, Any]:
        arrays = {name: _digits(value) for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return {"names": list(self.names), "temperature": round(self.temperature, 4), **arrays}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Classifier:
        names, temperature = tuple(data["names"]), float(data["temperature"])
        rest = {key: np.array(value) for key, value in data.items() if key not in ("names", "temperature")}
        units = len(rest["hidden_bias"])
        rest["hidden"] = rest["hidden"].reshape(len(names), units)
        rest["readout"] = rest["readout"].reshape(units, len(rest["bias"]))
        return cls(names=names, temperature=temperature, **rest)


@dataclass(frozen=True)
class Models:
    """Everything that was learnt, and from what (`made`)."""

    locator: tuple[Layer, ...]
    verdicts: Classifier
    extras: Classifier
    made: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            "made": dict(self.made),
            "locator": [[_digits(weights), _digits(biases)] for weights, biases in self.locator],
            "verdicts": self.verdicts.to_dict(),
            "extras": self.extras.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Models:
        return cls(
            locator=tuple((np.array(w, np.float32), np.array(b, np.float32)) for w, b in data["locator"]),
            verdicts=Classifier.from_dict(data["verdicts"]),
            extras=Classifier.from_dict(data["extras"]),
            made=data["made"],
        )


@lru_cache(maxsize=1)
def models() -> Models:
    """The weights that this version ships."""
    return read_models(WEIGHTS)


def read_models(path: Path) -> Models:
    """Weights from a file."""
    return Models.from_dict(json.loads(path.read_text("utf-8")))


def write_models(learnt: Models, path: Path) -> None:
    """Weights to a file: one line a model, so that a diff stays short."""
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in learnt.to_dict().items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _digits(values: NDArray[Any]) -> list[Any]:
    """Four significant digits are more than was learnt."""
    rounded = np.vectorize(lambda value: float(f"{value:.4g}"), otypes=[float])(values) if values.size else values
    return list(rounded.tolist())
