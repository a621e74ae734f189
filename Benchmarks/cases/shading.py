"""N4: shading of a head with a known field, beside SimpleITK."""
from functools import partial

import numpy

import inputs
import scores
from case import Case, Peer, Wanted


def simpleitk(scene, shrink):
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(scene["shaded"])
    mask = sitk.GetImageFromArray((scene["mask"] > 0).astype("u1"))

    def run():
        n4 = sitk.N4BiasFieldCorrectionImageFilter()
        n4.SetMaximumNumberOfIterations([50] * 4)
        n4.SetConvergenceThreshold(1e-7)
        n4.Execute(sitk.Shrink(image, [shrink] * 3), sitk.Shrink(mask, [shrink] * 3))
        return sitk.GetArrayFromImage(n4.GetLogBiasFieldAsImage(image))

    return run


def difference_in_mask(mine, peer, scene):
    """Outside of the mask nothing is fitted: there the splines only go on."""
    mask = scene["mask"] > 0
    return float(numpy.max(numpy.abs(mine[mask].astype(float) - peer[mask])))


def ours(scene, shrink, like):
    return ["shading", scene.nifti("shaded"), scene.nifti("mask"), "--shrink", str(shrink),
            "--like", like]


def cases(shrink):
    peer = Peer(f"SimpleITK shrink {shrink}, 4 x 50", partial(simpleitk, shrink=shrink), runs=1,
                slow=shrink < 4)
    common = dict(scene=inputs.shaded_head, peers=(peer,), score=scores.LOG_FIELD, runs=5,
                  quick=shrink == 4)
    return [
        Case(f"n4-parity-{shrink}", f"N4 as the peer's, shrink {shrink}",
             ours=partial(ours, shrink=shrink, like="peer"), agreement=difference_in_mask,
             wanted=Wanted(ratios={"SimpleITK": 60}, differences={"SimpleITK": 1e-5}), **common),
        Case(f"n4-{shrink}", f"N4, default, shrink {shrink}",
             ours=partial(ours, shrink=shrink, like="default"), **common,
             wanted=Wanted(ratios={"SimpleITK": 20}, parts={"SimpleITK": 0.6})),
    ]


CASES = cases(4) + cases(2)
