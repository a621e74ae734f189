"""Prints how far DIPY's unringing is from known truth: the peer's figures in docs/methods.md.

Pinned: numpy 2.4.6, scipy 1.17.1, dipy 1.12.1. Ellipses on a four times finer grid, their k-space cut; the
truth is the mean of the fine picture over each voxel. With the executable as an argument, its
`gibbs` step is measured on the same pictures.
"""
import pathlib
import subprocess
import sys
import tempfile

import nibabel
import numpy as np
from dipy.denoise.gibbs import gibbs_removal
from scipy import ndimage as nd


def scene(n, noise=0.0, seed=0):
    f = 4 * n
    y, x = (np.mgrid[:f, :f] + 0.5) / f - 0.5
    im = np.zeros((f, f))
    for cx, cy, a, b, v, t in [
        (0, 0, 0.42, 0.36, 100, 0), (0, 0, 0.39, 0.33, 60, 0), (-0.1, 0.05, 0.12, 0.2, 90, 0.3),
        (0.15, -0.05, 0.08, 0.13, 30, -0.4), (0.05, 0.2, 0.05, 0.05, 80, 0),
        (0.2, 0.15, 0.06, 0.04, 75, 0.5), (-0.2, -0.15, 0.07, 0.05, 40, 0),
    ]:
        c, s = np.cos(t), np.sin(t)
        u, w = (x - cx) * c + (y - cy) * s, -(x - cx) * s + (y - cy) * c
        im[(u / a) ** 2 + (w / b) ** 2 < 1] = v
    keep = np.r_[0 : n // 2, f - n // 2 + 1 : f]
    here = np.r_[0 : n // 2, n - n // 2 + 1 : n]
    phase = np.exp(1.5j * 2 * np.pi * np.fft.fftfreq(f))
    spectrum = np.fft.fft2(im) * phase[:, None] * phase[None]
    cut = np.zeros((n, n), complex)
    cut[np.ix_(here, here)] = spectrum[np.ix_(keep, keep)]
    ringing = np.fft.ifft2(cut).real * (n * n) / (f * f)
    if noise:
        ringing = ringing + np.random.default_rng(seed).normal(0, noise, ringing.shape)
    return ringing, im.reshape(n, 4, n, 4).mean((1, 3))


def errors(o, t):
    flat = nd.maximum_filter(t, 5) - nd.minimum_filter(t, 5) < 1e-9
    return tuple(np.sqrt((q**2).mean()) for q in ((o - t)[flat], o - t))


def restored(executable, picture):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "c.yaml").write_text("recipes: [{name: g, when: {Modality: MR}, steps: [gibbs: {}]}]\n")
        nibabel.save(nibabel.Nifti1Image(picture.T[..., None].astype(np.float32), np.eye(4)), folder / "a.nii")
        job = subprocess.run(
            [executable, "restore", str(folder / "a.nii"), "--outbox", str(folder / "out"), "--recipe", "g",
             "--config", str(folder / "c.yaml"), "--assume", "Modality=MR"],
            capture_output=True, text=True, check=True).stdout.strip()
        return nibabel.load(next(pathlib.Path(job, "result").glob("*.nii.gz"))).get_fdata()[..., 0].T


for n, noise in ((128, 0.0), (256, 0.0), (128, 1.0), (256, 1.0)):
    ringing, truth = scene(n, noise)
    rows = {"before": ringing, "DIPY": gibbs_removal(ringing[..., None].copy(), inplace=False)[..., 0]}
    if len(sys.argv) > 1:
        rows["Restorad"] = restored(sys.argv[1], ringing)
    for name, picture in rows.items():
        print(f"{n} noise {noise:g} {name}: flat %.3f, everywhere %.3f" % errors(picture, truth))
