"""Filters of a volume or a slice, and what measures a result."""
from functools import partial

import numpy

import inputs
import scores
from case import THREADS, Case, Peer, Wanted, largest_difference, step


def part_of_head():
    """96^3 voxels from the middle of the head: one bilateral peer takes minutes for all of it."""
    noisy, _ = inputs.rician(inputs.head(), 5)
    return {"noisy": numpy.ascontiguousarray(noisy[42:138, 60:156, 42:138])}


def radiograph():
    """2048 x 2048 pixels of 12 bits in 16, smooth and rough at once."""
    random = numpy.random.default_rng(5)
    values = numpy.cumsum(numpy.cumsum(random.normal(0, 1, (2048, 2048)), 0), 1)
    values = (values - values.min()) / numpy.ptp(values) * 4095
    return {"noisy": values.astype(numpy.uint16).astype(numpy.float32)}


def pair():
    """A slice on 1024 x 1024 pixels, clean and noisy."""
    clean = numpy.kron(inputs.slice512(), numpy.ones((2, 2), numpy.float32))
    noise = numpy.random.default_rng(11).normal(0, 13, clean.shape)
    return {"clean": clean, "noisy": (clean + noise).astype(numpy.float32)}


def scipy_filter(scene, name, **arguments):
    import scipy.ndimage

    return lambda: getattr(scipy.ndimage, name)(scene["noisy"], **arguments)


def simpleitk_filter(scene, name, *arguments):
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(scene["noisy"])
    return (lambda: getattr(sitk, name)(image, *arguments), sitk.GetArrayFromImage)


def opencv_bilateral(scene):
    import cv2

    cv2.setNumThreads(THREADS)
    return lambda: cv2.bilateralFilter(scene["noisy"], 7, 30, 1.5, borderType=cv2.BORDER_REFLECT)


def skimage_bilateral(scene):
    from skimage.restoration import denoise_bilateral

    image = scene["noisy"].clip(0, 255)
    return lambda: denoise_bilateral(
        image, win_size=7, sigma_color=30, sigma_spatial=1.5, mode="symmetric")


def opencv_clahe(scene):
    import cv2

    cv2.setNumThreads(THREADS)
    clahe = cv2.createCLAHE(2.0, (8, 8))
    # OpenCV's x is our first axis too, so that tiles and ties fall alike.
    image = numpy.ascontiguousarray(scene["noisy"].T.astype(numpy.uint16))
    return lambda: clahe.apply(image), lambda result: result.T


def skimage_clahe(scene):
    from skimage.exposure import equalize_adapthist

    image = scene["noisy"].astype(numpy.uint16)
    return lambda: equalize_adapthist(image, clip_limit=0.01)


def skimage_similarity(scene):
    from skimage.metrics import structural_similarity

    return lambda: structural_similarity(
        scene["clean"], scene["noisy"], data_range=255, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False)


def filter_case(name, title, parameters, peers, difference, **others):
    return Case(
        name, title, scene=partial(inputs.rician_head, 5),
        ours=lambda scene: step(name.removesuffix("3d"), scene.nifti("noisy"), **parameters),
        peers=peers, agreement=largest_difference("noisy"),
        wanted=Wanted(ratios={"SciPy": 10}, differences={"SciPy": difference}), **others)


CASES = [
    filter_case("gaussian3d", "`gaussian` of a head, σ 1", {"sigma": 1}, (
        Peer("SciPy", partial(scipy_filter, name="gaussian_filter", sigma=1)),
        Peer("SimpleITK recursive", lambda scene: simpleitk_filter(
            scene, "SmoothingRecursiveGaussian", [1.0] * 3)),
    ), 1e-6),
    filter_case("median3d", "`median` of a head, radius 1", {"radius": 1}, (
        Peer("SciPy", partial(scipy_filter, name="median_filter", size=3), runs=2),
        Peer("SimpleITK", lambda scene: simpleitk_filter(scene, "Median", [1] * 3), runs=2),
    ), 0),
    Case(
        "bilateral3d", "`bilateral` of 96³ voxels, σ 1.5 and 30, radius 4", scene=part_of_head,
        ours=lambda scene: step("bilateral", scene.nifti("noisy"), spatial_sigma=1.5,
                                range_sigma=30, radius=4),
        peers=(Peer("SimpleITK", lambda scene: simpleitk_filter(scene, "Bilateral", 1.5, 30.0),
                    runs=1),),
        agreement=largest_difference("noisy"), quick=False,
        wanted=Wanted(ratios={"SimpleITK": 10})),
    Case(
        "bilateral2d", "`bilateral` of a slice, 512², radius 3", scene=inputs.noisy_slice,
        ours=lambda scene: step("bilateral", scene.nifti("noisy"), spatial_sigma=1.5,
                                range_sigma=30, radius=3),
        peers=(Peer("OpenCV, round window", opencv_bilateral, runs=9),
               Peer("scikit-image", skimage_bilateral, runs=2)),
        score=scores.PSNR, runs=9, wanted=Wanted(ratios={"scikit-image": 10})),
    Case(
        "clahe", "`clahe` as OpenCV's, 2048², 12 bits in 16", scene=radiograph,
        ours=lambda scene: step("clahe", scene.nifti("noisy"), mode="opencv", clip=2, tiles=8),
        peers=(Peer("OpenCV", opencv_clahe, runs=15),),
        agreement=largest_difference("noisy"), runs=15,
        wanted=Wanted(ratios={"OpenCV": 1.5}, differences={"OpenCV": 0})),
    Case(
        "clahe-depth", "`clahe`, default, 2048²", scene=radiograph,
        ours=lambda scene: step("clahe", scene.nifti("noisy")),
        peers=(Peer("scikit-image", skimage_clahe),), runs=9),
    Case(
        "ssim", "SSIM and PSNR of 1024²", scene=pair,
        ours=lambda scene: ["similarity", scene.nifti("clean"), scene.nifti("noisy")],
        peers=(Peer("scikit-image", skimage_similarity, runs=9),), runs=15,
        agreement=largest_difference(),
        wanted=Wanted(ratios={"scikit-image": 10}, differences={"scikit-image": 5e-5}),
        collect=lambda scene, said: numpy.asarray(said["figures"]["ssim"])),
]
