"""Fitting the ear's small models by Adam (Kingma & Ba, 2015), in numpy: they are too small to need more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor.grading.models import Classifier, Layer

Array = NDArray[np.float64]

BATCH = 256
LOCATOR_UNITS = 12
# The true frame of an onset is blurred over its neighbours: 6 ms are less than anybody knows.
BLUR = np.exp(-0.5 * (np.arange(-4, 5) / 1.7) ** 2)
BLUR /= BLUR.sum()


class Adam:
    """Keeps the moments of a set of arrays and moves them."""

    def __init__(self, values: Sequence[NDArray[np.floating]]) -> None:
        self.values = list(values)
        self.first = [np.zeros_like(value) for value in values]
        self.second = [np.zeros_like(value) for value in values]
        self.steps = 0

    def step(self, gradients: Sequence[NDArray[np.floating]], rate: float) -> None:
        self.steps += 1
        for value, first, second, gradient in zip(self.values, self.first, self.second, gradients, strict=True):
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            scale = np.sqrt(second / (1 - 0.999**self.steps)) + 1e-8
            value -= rate * first / (1 - 0.9**self.steps) / scale


def fit_classifier(
    names: Sequence[str],
    features: Array,
    kinds: NDArray[np.int64],
    count: int,
    *,
    units: int = 0,
    decay: float = 3e-4,
    epochs: int = 30,
    seed: int = 0,
    weight: Array | None = None,
) -> Classifier:
    """rows x features and the kind of each row (0..count - 1) -> a classifier. `weight` is one a row."""
    rng = np.random.default_rng(seed)
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = np.clip((features - mean) / scale, -6, 6)
    width = standard.shape[1]
    share = np.log(np.bincount(kinds, minlength=count) / len(kinds) + 1e-6)
    direct, bias = np.zeros((width, count)), share.copy()
    hidden, hidden_bias = rng.normal(0, 0.5 / np.sqrt(width), (width, units)), np.zeros(units)
    readout = np.zeros((units, count))
    adam = Adam([direct, hidden, hidden_bias, readout, bias])
    rows = np.ones(len(kinds)) if weight is None else weight
    truth = np.eye(count)[kinds]
    for epoch in range(epochs):
        rate = 3e-3 * (1 - epoch / epochs) + 1e-4
        order = rng.permutation(len(kinds))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            x = standard[batch]
            inner = np.tanh(x @ hidden + hidden_bias)
            off = (_softmax(x @ direct + inner @ readout + bias) - truth[batch]) * rows[batch, None] / len(batch)
            back = (off @ readout.T) * (1 - inner**2)
            gradients = [
                x.T @ off + decay * direct,
                x.T @ back + decay * hidden,
                back.sum(axis=0),
                inner.T @ off + decay * readout,
                off.sum(axis=0),
            ]
            adam.step(gradients, rate)
    return Classifier(tuple(names), mean, scale, direct, hidden, hidden_bias, readout, bias)


def mean_of(fits: Sequence[Classifier]) -> Classifier:
    """The classifier whose logits are the mean of theirs: of fits to the same rows, from different seeds."""
    first, count = fits[0], len(fits)
    return replace(
        first,
        direct=sum(one.direct for one in fits) / count,
        hidden=np.concatenate([one.hidden for one in fits], axis=1),
        hidden_bias=np.concatenate([one.hidden_bias for one in fits]),
        readout=np.concatenate([one.readout for one in fits]) / count,
        bias=sum(one.bias for one in fits) / count,
    )


def fit_temperature(probabilities: Array, kinds: NDArray[np.int64]) -> float:
    """The temperature under which these held-out probabilities are likeliest (Guo et al., 2017)."""
    logits = np.log(probabilities + 1e-12)
    rows = np.arange(len(kinds))

    def loss(temperature: float) -> float:
        return float(-np.mean(np.log(_softmax(logits / temperature)[rows, kinds] + 1e-12)))

    return min(np.arange(0.6, 2.5, 0.02), key=loss)


def fit_locator(
    features: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    target: NDArray[np.int64],
    *,
    epochs: int = 12,
    seed: int = 0,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[Layer, ...]:
    """events x frames x features, which frames may be the onset, and which one it is -> (weights, biases) twice."""
    rng = np.random.default_rng(seed)
    width, frames = features.shape[2], features.shape[1]
    first = rng.normal(0, 1 / np.sqrt(width), (width, LOCATOR_UNITS)).astype(np.float32)
    first_bias = np.zeros(LOCATOR_UNITS, np.float32)
    second = rng.normal(0, 0.3, (LOCATOR_UNITS, 1)).astype(np.float32)
    second_bias = np.zeros(1, np.float32)
    adam = Adam([first, first_bias, second, second_bias])
    for epoch in range(epochs):
        rate = 6e-3 * (1 - epoch / epochs) + 3e-4
        order, losses = rng.permutation(len(target)), []
        for at in range(0, len(order), 128):
            batch = order[at : at + 128]
            x = features[batch].astype(np.float32)
            inner = np.tanh(x @ first + first_bias)
            logits = np.where(allowed[batch], (inner @ second + second_bias)[..., 0], -30.0)
            belief = _softmax(logits)
            aim = np.zeros_like(belief)
            for step, weight in zip(range(-4, 5), BLUR, strict=True):
                aim[np.arange(len(batch)), np.clip(target[batch] + step, 0, frames - 1)] += weight
            loss = -(aim * np.log(belief + 1e-12)).sum(axis=1)
            losses.append(float(loss.mean()))
            off = ((belief - aim) * (loss < 12)[:, None] * allowed[batch] / len(batch)).astype(np.float32)
            back = off[..., None] * second[:, 0] * (1 - inner**2)
            gradients = [
                np.tensordot(x, back, axes=([0, 1], [0, 1])) + 1e-5 * first,
                back.sum(axis=(0, 1)),
                np.tensordot(inner, off, axes=([0, 1], [0, 1]))[:, None],
                np.array([off.sum()], np.float32),
            ]
            adam.step(gradients, rate)
        say(f"locator, epoch {epoch + 1} of {epochs}: {np.mean(losses):.3f}")
    return (first, first_bias), (second, second_bias)


def _softmax(logits: NDArray[np.floating]) -> Array:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
