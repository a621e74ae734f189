#!/usr/bin/env python3
"""Runs single steps on a real T1 head with known bias or noise, and scores them against the truth.

Usage: bench-cases.py RESTORAD [T1]

T1 is a head as NIfTI, by default /usr/share/mricron/templates/ch2.nii.gz (Debian's mricron-data).
Seconds are those of the step in the report. Needs nibabel and numpy.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

import nibabel
import numpy

restorad = sys.argv[1]
head = sys.argv[2] if len(sys.argv) > 2 else "/usr/share/mricron/templates/ch2.nii.gz"


def truth():
    values = numpy.asarray(nibabel.load(head).dataobj, dtype=numpy.float32)
    return values * (255.0 / values.max())


def run(values, step):
    """Restores values with one step; returns the result, the seconds and the figures."""
    folder = tempfile.mkdtemp()
    source = os.path.join(folder, "sub-01_T1w.nii.gz")
    nibabel.save(nibabel.Nifti1Image(values, numpy.eye(4)), source)
    configuration = os.path.join(folder, "restorad.yaml")
    with open(configuration, "w") as file:
        file.write(f"recipes: [{{ name: case, steps: [{step}] }}]\n")
    outbox = os.path.join(folder, "outbox")
    done = subprocess.run(
        [restorad, "restore", source, "--outbox", outbox, "--recipe", "case", "--config",
         configuration], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    job = done.stdout.split()[0]
    with open(os.path.join(job, "report.json")) as file:
        noted = json.load(file)["steps"][0]
    result = nibabel.load(glob.glob(job + "/result/*.nii.gz")[0]).get_fdata(dtype=numpy.float32)
    return result, noted["seconds"], noted["figures"]


def biased(clean):
    axes = numpy.meshgrid(*[numpy.linspace(-1, 1, s) for s in clean.shape], indexing="ij")
    field = (1 + 0.35 * axes[0] - 0.25 * axes[1] + 0.2 * axes[2] * axes[0]
             + 0.2 * numpy.cos(2.2 * axes[1]) * axes[2])
    field = numpy.clip(field, 0.4, None).astype(numpy.float32)
    field /= field.mean()
    noise = numpy.random.default_rng(1).normal(0, 4, clean.shape)
    return field, numpy.abs(clean * field + noise).astype(numpy.float32)


def rician(clean, percent):
    sigma = percent / 100 * 255
    random = numpy.random.default_rng(7)
    real = clean + random.normal(0, sigma, clean.shape)
    return numpy.sqrt(real**2 + random.normal(0, sigma, clean.shape) ** 2).astype(numpy.float32)


def psnr(result, clean, mask):
    return 10 * numpy.log10(255.0**2 / numpy.mean((result[mask] - clean[mask]) ** 2))


def main():
    clean = truth()
    field, shaded = biased(clean)
    mask = clean > 20
    for step in (
        "n4: { shrink: 4 }", "n4: { shrink: 2 }", "n4: { shrink: 4, convergence: 0.0000001 }",
        "n4: { shrink: 2, convergence: 0.0000001 }"):
        result, seconds, _ = run(shaded, step)
        error = numpy.log(shaded[mask] / result[mask]) - numpy.log(field[mask])
        print(f"{step}: {seconds:.2f} s, log-field error {numpy.std(error):.4f}")
    mask = clean > 10
    for percent in (1, 3, 5, 9):
        noisy = rician(clean, percent)
        line = f"{percent} % Rician, noisy {psnr(noisy, clean, mask):.2f} dB"
        for variant in ("classic", "rotation_invariant"):
            result, seconds, figures = run(
                noisy, f"nlm: {{ noise: rician, variant: {variant} }}")
            line += f"; {variant} {psnr(result, clean, mask):.2f} dB in {seconds:.2f} s"
        print(f"{line} (sigma found {figures['noise_sigma']:.2f})", flush=True)


main()
