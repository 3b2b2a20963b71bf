"""Imported before numpy: a figure of speed is one of one core, and processes that share a machine don't crowd it."""

from __future__ import annotations

import os

ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

os.environ.update(ONE_CORE)
