"""The Kalman-logistic filter on plain arrays: one student or thousands, the same arithmetic.

A student is a Gaussian over abilities in logits: `mean` [..., n] and `covariance` [..., n, n]. Column 0 is the general
ability that all skills share, the others are skills. A take is m observations: `columns` [..., m] says of which
abilities, `right` of `heard` notes [..., m], all at one `difficulty` [...] in logits. Where students differ in m, pad
with any column and nothing heard.

The mode of the posterior is found by Fisher scoring and its covariance by Laplace's approximation (Rasmussen and
Williams, *Gaussian Processes for Machine Learning*, 2006, algorithm 3.1). As all abilities hang together through the
general one alone, the prior's precision has no positive entry off its diagonal, and more wrong notes can only lower
the mode, in every ability.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.learner.parameters import Parameters

Floats = NDArray[np.float64]
Columns = NDArray[np.intp]

DRIFT_NOTES = 12
# Far from the mode a step of scoring overshoots by orders: none goes farther than this. Near it the steps square up.
LONGEST_STEP = 1.5
SMALLEST_STEP = 1e-3
MOST_STEPS = 12
FARTHEST_LOGIT = 30.0
# What a student can do in general changes more slowly than any one skill.
GENERAL_NOISE = 0.25


def update_many(
    mean: Floats,
    covariance: Floats,
    columns: Columns,
    right: Floats,
    heard: Floats,
    difficulty: Floats | float,
    days: Floats | float,
    parameters: Parameters,
) -> tuple[Floats, Floats]:
    """What is known of each student after a take, `days` [...] after what was known before."""
    mean, covariance = observe(mean, age(covariance, days, parameters), columns, right, heard, difficulty, parameters)
    return teach(mean, covariance, columns, right, heard, parameters)


def age(covariance: Floats, days: Floats | float, parameters: Parameters) -> Floats:
    """Days without news: every ability grows doubtful, up to the cap. Never surer than before."""
    every = np.arange(covariance.shape[-1])
    aged = covariance.copy()
    doubt = aged[..., every, every]
    noise = np.full(len(every), parameters.noise_a_day)
    noise[0] *= GENERAL_NOISE
    grown = np.minimum(doubt + noise * np.asarray(days)[..., None], parameters.variance_cap)
    aged[..., every, every] = np.maximum(doubt, grown)
    return aged


def observe(
    mean: Floats,
    covariance: Floats,
    columns: Columns,
    right: Floats,
    heard: Floats,
    difficulty: Floats | float,
    parameters: Parameters,
) -> tuple[Floats, Floats]:
    """The Gaussian after the notes of a take. Nothing heard changes nothing."""
    eye = np.eye(columns.shape[-1])
    before, across, within = _observed(mean, covariance, columns)
    noisy = within + parameters.take_variance * eye
    offset = np.asarray(difficulty)[..., None]
    ability = before
    for _ in range(MOST_STEPS):
        weight, pull = _score(ability - offset, right, heard, parameters.lapse)
        system = eye + weight[..., :, None] * noisy
        told = (weight * (ability - before) + pull)[..., None]
        step = before + (noisy @ np.linalg.solve(system, told))[..., 0] - ability
        if np.abs(step).max() < SMALLEST_STEP:
            break
        ability = ability + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
    solved = np.linalg.solve(system, np.concatenate([told, eye * weight[..., None, :]], axis=-1))
    moved = mean + (across @ solved[..., :1])[..., 0]
    shrunk = covariance - across @ solved[..., 1:] @ np.swapaxes(across, -1, -2)
    return moved, 0.5 * (shrunk + np.swapaxes(shrunk, -1, -2))


def teach(
    mean: Floats, covariance: Floats, columns: Columns, right: Floats, heard: Floats, parameters: Parameters
) -> tuple[Floats, Floats]:
    """What playing itself does: right notes teach, and how much they taught is not known exactly. The general ability
    rises as its estimate would from so many skills that rose."""
    gained = parameters.drift * np.minimum(1.0, right / DRIFT_NOTES)
    noise = parameters.noise_a_take * np.minimum(1.0, heard / DRIFT_NOTES)
    skills = mean.shape[-1] - 1
    shared = parameters.general_variance / (parameters.own_variance + skills * parameters.general_variance)
    mean, covariance = mean.copy(), covariance.copy()
    # Added, since the padding may name a column that is played as well.
    students = () if columns.ndim == 1 else (np.arange(len(columns))[:, None],)
    np.add.at(mean, (*students, columns), gained)
    np.add.at(covariance, (*students, columns, columns), noise)
    mean[..., 0] += shared * gained.sum(axis=-1)
    return mean, covariance


def chance(mean: Floats, variance: Floats, difficulty: Floats | float, parameters: Parameters) -> Floats:
    """That a note goes right, our doubt and the day's form averaged over. More doubt never makes it more extreme.

    A logistic averaged over a Gaussian is a flatter logistic (MacKay, *The evidence framework applied to
    classification networks*, 1992): within .01 of the exact average here.
    """
    flatter = np.sqrt(1 + np.pi / 8 * (variance + parameters.form_variance))
    return (1 - parameters.lapse) / (
        1 + np.exp(-np.clip((mean - difficulty) / flatter, -FARTHEST_LOGIT, FARTHEST_LOGIT))
    )


def _observed(mean: Floats, covariance: Floats, columns: Columns) -> tuple[Floats, Floats, Floats]:
    """Of the observed abilities: means [..., m], columns of the covariance [..., n, m] and of these the rows."""
    if columns.ndim == 1:  # an eighth of the time
        across = covariance[:, columns]
        return mean[columns], across, across[columns]
    across = np.take_along_axis(covariance, columns[..., None, :], -1)
    return np.take_along_axis(mean, columns, -1), across, np.take_along_axis(across, columns[..., :, None], -2)


def _score(logit: Floats, right: Floats, heard: Floats, lapse: float) -> tuple[Floats, Floats]:
    """The information of a binomial with lapses about its logit, and the derivative of its log-likelihood."""
    sigmoid = 1 / (1 + np.exp(-np.clip(logit, -FARTHEST_LOGIT, FARTHEST_LOGIT)))
    chance = (1 - lapse) * sigmoid
    slope = (1 - sigmoid) / (1 - chance)
    return heard * chance * (1 - sigmoid) * slope, (right - heard * chance) * slope
