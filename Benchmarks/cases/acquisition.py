"""What the acquisition of MR leaves: ringing, and the noise of many volumes."""
from functools import partial

import numpy

import inputs
import scores
from case import THREADS, Case, Peer, Wanted, step


def ringing():
    """24 slices of a head in six levels, their k-space cut at a quarter: 128 x 128."""
    import scipy.ndimage

    side, fine = 128, 512
    head = inputs.head()[:, :, 60:108:2]
    ringing, truth = [], []
    frequency = numpy.fft.fftfreq(fine, 1 / fine)
    # Voxels are means of 4 x 4 from their first on: half a fine voxel less than their own.
    shift = numpy.exp(3j * numpy.pi * frequency / fine)
    kept = numpy.abs(frequency) < side / 2
    for plane in numpy.moveaxis(head, 2, 0):
        zoom = [400 / max(plane.shape)] * 2
        picture = numpy.round(scipy.ndimage.zoom(plane, zoom, order=1) / 51) * 51
        room = [(fine - n) // 2 for n in picture.shape]
        picture = numpy.pad(picture, [(r, fine - n - r) for r, n in zip(room, picture.shape)])
        spectrum = numpy.fft.fft2(picture) * shift[:, None] * shift
        cut = numpy.zeros((side, side), complex)
        places = numpy.fft.fftfreq(side, 1 / side) != -side / 2
        cut[numpy.ix_(places, places)] = spectrum[numpy.ix_(kept, kept)]
        ringing.append(numpy.fft.ifft2(cut).real * (side / fine) ** 2)
        truth.append(picture.reshape(side, 4, side, 4).mean((1, 3)))
    return {"noisy": numpy.stack(ringing, -1).astype("f4"),
            "clean": numpy.stack(truth, -1).astype("f4")}


def diffusion():
    """32 x 32 x 16 voxels, 32 volumes: three tissues whose signals fade at their own rates."""
    x, y, z = numpy.mgrid[:32, :32, :16]
    tissue = numpy.where(x < 11, 0, numpy.where(y < 16, 1, 2))
    texture = 1 + 0.1 * numpy.sin((x + 32 * y + 1024 * z) % 97 / 9)
    volumes = []
    for index in range(32):
        along = 0.5 + 0.5 * numpy.cos(index * 1.7 + tissue)
        fading = numpy.exp(-(index % 5) / 4 * (0.4 + tissue * along))
        volumes.append(numpy.array([300.0, 500, 900])[tissue] * fading * texture)
    clean = numpy.stack(volumes, -1).astype("f4")
    noise = numpy.random.default_rng(4).normal(0, 20, clean.shape)
    return {"noisy": (clean + noise).astype("f4"), "clean": clean}


def dipy_gibbs(scene, processes):
    from dipy.denoise.gibbs import gibbs_removal

    return lambda: gibbs_removal(scene["noisy"], inplace=False, num_processes=processes)


def dipy_mppca(scene):
    from dipy.denoise.localpca import mppca

    return lambda: mppca(scene["noisy"], patch_radius=2)


CASES = [
    Case(
        "gibbs", "`gibbs`, 24 slices of 128²", scene=ringing,
        ours=lambda scene: step("gibbs", scene.nifti("noisy"), "MR"),
        peers=(Peer("DIPY", partial(dipy_gibbs, processes=1), runs=2),
               Peer(f"DIPY, {THREADS} processes", partial(dipy_gibbs, processes=THREADS),
                    runs=2)), score=scores.RMSE,
        wanted=Wanted(parts={"DIPY": 1})),
    Case(
        "mppca", "`mppca`, 32 × 32 × 16, 32 volumes", scene=diffusion, runs=3,
        ours=lambda scene: step("mppca", scene.nifti("noisy"), "MR"),
        peers=(Peer("DIPY", dipy_mppca, runs=1),), score=scores.RMSE,
        wanted=Wanted(parts={"DIPY": 1.01})),
]
