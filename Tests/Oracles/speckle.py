"""Prints how near to known truth peers bring a picture with speckle; nothing is stored.

Pinned: numpy 2.4.6, scipy 1.17.1, scikit-image 0.26.0. Fully developed speckle: scatterers of random
phase through a bell, the envelope compressed to 55 dB and 8 bits; the truth is the mean over 60 such
pictures. SRAD is Yu and Acton's, in plain numpy, on the compressed picture. With the executable as
an argument, its `speckle` and `nlm` steps are measured too.
"""
import pathlib
import subprocess
import sys
import tempfile

import nibabel
import numpy as np
from scipy import ndimage as nd
from skimage.restoration import denoise_nl_means

N, BELL = 256, (1.1, 2.0)
Y, X = np.mgrid[:N, :N].astype(float)
LINE = np.abs(Y - (30 + 0.12 * X))
VESSEL = np.hypot(X - 160, Y - 125)


def echo():
    db = np.zeros((N, N))
    db[Y > 150 + 8 * np.sin(X / 25)] = 4
    for x, y, r, v in ((70, 80, 26, -30), (170, 75, 22, 7), (120, 205, 16, -8), (200, 205, 9, -8)):
        db[np.hypot(X - x, Y - y) < r] = v
    db[VESSEL < 5] = -25
    db[LINE < 1.2] = 12
    return db


def picture(rng):
    scatter = rng.standard_normal((2, N, N)) * 10 ** (echo() / 20)
    power = sum(nd.gaussian_filter(s, BELL, mode="reflect") ** 2 for s in scatter)
    decibel = 10 * np.log10(np.maximum(power * 2 * np.pi * BELL[0] * BELL[1], 1e-12))
    return np.clip((decibel - 14 + 55) / 55 * 255, 0, 255)


def srad(picture, steps, spread, dt=0.25, decay=0.005):
    i = picture + 1.0
    for t in range(steps):
        p = np.pad(i, 1, mode="edge")
        north, south = p[:-2, 1:-1] - i, p[2:, 1:-1] - i
        west, east = p[1:-1, :-2] - i, p[1:-1, 2:] - i
        slope = (north**2 + south**2 + west**2 + east**2) / i**2
        bend = (north + south + west + east) / i
        q = np.maximum(slope / 2 - bend**2 / 16, 0) / np.maximum(1 + bend / 4, 1e-6) ** 2
        q0 = (spread * np.exp(-decay * t)) ** 2
        c = np.clip(1 / (1 + (q - q0) / (q0 * (1 + q0))), 0, 1)
        p = np.pad(c, 1, mode="edge")
        i = i + dt / 4 * (p[2:, 1:-1] * south + c * north + p[1:-1, 2:] * east + c * west)
    return i - 1


def restored(executable, step, picture):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        recipe = "recipes: [{name: s, when: {Modality: US}, steps: [" + step + "]}]\n"
        (folder / "c.yaml").write_text(recipe)
        image = nibabel.Nifti1Image(picture.T[..., None].astype(np.float32), np.eye(4))
        nibabel.save(image, folder / "a.nii")
        job = subprocess.run(
            [executable, "restore", str(folder / "a.nii"), "--outbox", str(folder / "out"), "--recipe", "s",
             "--config", str(folder / "c.yaml"), "--assume", "Modality=US"],
            capture_output=True, text=True, check=True).stdout.strip()
        result = next(pathlib.Path(job, "result").glob("*.nii.gz"))
        return nibabel.load(result).get_fdata()[..., 0].T


rng = np.random.default_rng(12345)
truth = sum(picture(rng) for _ in range(60)) / 60
source = np.round(picture(np.random.default_rng(1)))
slope = np.hypot(*np.gradient(nd.gaussian_filter(truth, 1)))
edge = slope > 3
flat = ~nd.binary_dilation(slope > 1.8, iterations=3)
sigma = (source - truth)[flat].std()
results = {"source": source}
for steps in (20, 40, 80):
    results[f"SRAD, {steps} steps"] = srad(source, steps, sigma / source[flat].mean())
for h in (0.5, 0.7, 1.0):
    results[f"scikit-image NLM, h {h} sigma"] = denoise_nl_means(source, 7, 8, h * sigma, fast_mode=True)
if len(sys.argv) > 1:
    for step in ("speckle: {}", "speckle: {strength: 1}", "nlm: {noise: correlated, strength: 0.5}"):
        results["Restorad " + step] = restored(sys.argv[1], step, source)
inside = (X > 20) & (X < 130)
for name, result in results.items():
    error = result - truth
    line = result[inside & (LINE < 0.6)].mean() - result[inside & (LINE > 6) & (LINE < 9)].mean()
    line /= truth[inside & (LINE < 0.6)].mean() - truth[inside & (LINE > 6) & (LINE < 9)].mean()
    vessel = result[(VESSEL > 8) & (VESSEL < 12)].mean() - result[VESSEL < 4].mean()
    vessel /= truth[(VESSEL > 8) & (VESSEL < 12)].mean() - truth[VESSEL < 4].mean()
    print(
        f"{name}: speckle left {error[flat].std() / sigma:.2f}, error {np.sqrt((error**2).mean()):.1f}, "
        f"at edges {np.sqrt((error[edge] ** 2).mean()):.1f}, interface {line:.2f}, vessel {vessel:.2f}")
