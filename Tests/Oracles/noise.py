"""Writes mean and variance of Rician magnitudes with sigma 1: expected/noise.json.

Pinned: numpy 2.4.6, scipy 1.17.1. For a signal s: mean = sqrt(pi/2) exp(-s²/4) ((1 + s²/2) I0(s²/4)
+ s²/2 I1(s²/4)), variance = 2 + s² - mean², with SciPy's scaled Bessel functions.
"""
import json
import pathlib

import numpy as np
from scipy.special import ive

signal = np.array([0, 0.1, 0.5, 1, 1.5, 2, 3, 5, 8, 12, 20, 30])
a = signal**2 / 4
mean = np.sqrt(np.pi / 2) * ((1 + 2 * a) * ive(0, a) + 2 * a * ive(1, a))
out = {"signal": signal, "mean": mean, "variance": 2 + signal**2 - mean**2}
path = pathlib.Path(__file__).parent / "expected" / "noise.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps({k: [float(x) for x in v] for k, v in out.items()}) + "\n")
