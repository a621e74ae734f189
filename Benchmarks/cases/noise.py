"""Noise of a head and of a slice, with the clean ones known."""
from functools import partial

import numpy

import inputs
import scores
from case import THREADS, Case, Peer, Wanted, largest_difference, step


def inside(margin):
    """As `largest_difference`, without the border, beyond which DIPY lets mirrored voxels vote."""
    within = (slice(margin, -margin),) * 3
    measure = largest_difference("noisy")
    return lambda ours, peer, scene: measure(ours[within], peer[within], scene)


def dipy_means(scene, block, method, masked=True):
    from dipy.denoise.nlmeans import nlmeans

    return lambda: nlmeans(
        scene["noisy"], sigma=scene["sigma"], mask=scene["clean"] > 10 if masked else None,
        patch_radius=1, block_radius=block, rician=True, method=method, num_threads=THREADS)


def skimage_means(scene, patch, distance):
    from skimage.restoration import denoise_nl_means

    sigma = scene["sigma"]
    return lambda: denoise_nl_means(
        scene["noisy"], patch_size=patch, patch_distance=distance, h=0.8 * sigma, sigma=sigma,
        fast_mode=True)


def ants_means(scene):
    import ants

    image = ants.from_numpy(scene["noisy"])
    return lambda: ants.denoise_image(image, noise_model="Rician"), lambda result: result.numpy()


def bm4d(scene):
    import bm4d as package

    return lambda: package.bm4d(scene["noisy"], scene["sigma"])


def opencv_8(scene):
    import cv2

    cv2.setNumThreads(THREADS)
    bytes_ = scene["noisy"].clip(0, 255).astype(numpy.uint8)
    return lambda: cv2.fastNlMeansDenoising(bytes_, None, 13, 7, 21)


def opencv_16(scene):
    import cv2

    cv2.setNumThreads(THREADS)
    words = (scene["noisy"].clip(0, 255) * 16).astype(numpy.uint16)
    return (lambda: cv2.fastNlMeansDenoising(words, [13 * 16.0], None, 7, 21, cv2.NORM_L1),
            lambda result: result / numpy.float32(16))


def pywt_universal(scene):
    import pywt

    image = scene["noisy"]

    def run():
        bands = pywt.wavedec2(image, "db4", level=3)
        sigma = numpy.median(numpy.abs(bands[-1])) / 0.6745
        least = sigma * numpy.sqrt(2 * numpy.log(image.size))
        shrunk = [tuple(pywt.threshold(band, least, mode="soft") for band in level)
                  for level in bands[1:]]
        return pywt.waverec2([bands[0]] + shrunk, "db4")[:image.shape[0], :image.shape[1]]

    return run


def skimage_bayes(scene):
    from skimage.restoration import denoise_wavelet

    return lambda: denoise_wavelet(
        scene["noisy"], method="BayesShrink", mode="soft", wavelet="db4", wavelet_levels=3)


def head_case(percent, least):
    peers = [
        Peer("DIPY classic r1 b2", partial(dipy_means, block=2, method="classic"), runs=2),
        Peer("DIPY blockwise r1 b5", partial(dipy_means, block=5, method="blockwise"), runs=1,
             slow=percent != 5),
        Peer("scikit-image 3/2", partial(skimage_means, patch=3, distance=2), runs=1),
    ]
    if percent == 5:
        peers += [Peer("ANTs DenoiseImage", ants_means, runs=1, slow=True),
                  Peer("bm4d", bm4d, runs=1, slow=True)]
    return Case(
        f"nlm3d-{percent}", f"`nlm` of MR, head, {percent} % Rician",
        scene=partial(inputs.rician_head, percent),
        ours=lambda scene: step("nlm", scene.nifti("noisy"), "MR", noise="rician"),
        peers=tuple(peers), score=scores.PSNR, quick=percent == 5,
        wanted=Wanted(ratios={"DIPY classic": 3, "bm4d": 300}, margins={"DIPY": 0}, score=least),
        notes="the peers are told sigma, ours measures it")


CASES = [
    head_case(1, None), head_case(3, None), head_case(5, 35.0), head_case(9, None),
    Case(
        "nlm3d-classic", "classic weights, head, patch radius 1, block 5",
        scene=partial(inputs.rician_head, 5),
        ours=lambda scene: ["means", scene.nifti("noisy"), "--sigma", str(scene["sigma"]),
                            "--patch", "1", "--search", "4"],
        peers=(Peer("DIPY classic r1 b5", partial(dipy_means, block=5, method="classic",
                                                  masked=False),
                    runs=1),),
        score=scores.PSNR, agreement=inside(6), quick=False,
        wanted=Wanted(ratios={"DIPY": 20}, differences={"DIPY": 1e-3}),
        notes="apart: the greatest difference 6 voxels and more from the border"),
    Case(
        "nlm2d", "`nlm` of a slice, 512², window 21, patch 7", scene=inputs.noisy_slice,
        ours=lambda scene: step("nlm", scene.nifti("noisy"), noise="gaussian", patch=3, search=10),
        peers=(
            Peer("OpenCV u8", opencv_8, runs=5), Peer("OpenCV u16 L1", opencv_16),
            Peer("scikit-image fast", partial(skimage_means, patch=7, distance=10)),
        ), score=scores.PSNR, runs=9,
        wanted=Wanted(ratios={"OpenCV": 6, "scikit-image": 25}, score=36.8)),
    Case(
        "wavelet2d", "`wavelet` of a slice, 512²", scene=inputs.noisy_slice,
        ours=lambda scene: step("wavelet", scene.nifti("noisy")),
        peers=(Peer("PyWavelets universal", pywt_universal, runs=9),
               Peer("scikit-image BayesShrink", skimage_bayes, runs=9)),
        score=scores.PSNR, runs=15,
        wanted=Wanted(ratios={"PyWavelets": 10, "scikit-image": 10}, margins={"scikit-image": 1})),
    Case(
        "wavelet3d", "`wavelet` of a head, 5 % Rician", scene=partial(inputs.rician_head, 5),
        ours=lambda scene: step("wavelet", scene.nifti("noisy")),
        peers=(Peer("scikit-image BayesShrink", skimage_bayes),),
        score=scores.PSNR,
        wanted=Wanted(ratios={"scikit-image": 15}, margins={"scikit-image": 1})),
]
