"""Projection, back-projection and metal in CT."""
from functools import partial

import numpy

import metal
import phantom
import scores
from case import Case, Peer, Score, Wanted, step

VIEWS, SIZE = 720, 512


def shepp_logan():
    detectors = (int(numpy.ceil(numpy.hypot(SIZE, SIZE))) + 1) | 1
    return {"clean": phantom.plane(SIZE), "sums": phantom.line_integrals(SIZE, VIEWS, detectors)}


def astra_geometry(scene, kind):
    import astra

    detectors = scene["sums"].shape[0]
    # Rows count downwards here and upwards there: the turn goes the other way.
    angles = -numpy.arange(VIEWS) * numpy.pi / VIEWS
    plane = astra.create_vol_geom(SIZE, SIZE)
    beam = astra.create_proj_geom("parallel", 1.0, detectors, angles)
    return astra, plane, beam, astra.create_projector(kind, beam, plane)


def astra_project(scene, kind):
    astra, _, _, projector = astra_geometry(scene, kind)
    image = numpy.ascontiguousarray(scene["clean"].T)

    def run():
        number, sums = astra.create_sino(image, projector)
        astra.data2d.delete(number)
        return sums

    return run, lambda sums: sums.T


def astra_reconstruct(scene, kind):
    astra, plane, beam, projector = astra_geometry(scene, kind)
    _, sums = astra.create_sino(numpy.ascontiguousarray(scene["clean"].T), projector)

    def run():
        source = astra.data2d.create("-sino", beam, sums)
        target = astra.data2d.create("-vol", plane)
        wanted = astra.astra_dict("FBP")
        wanted.update(ProjectorId=projector, ProjectionDataId=source,
                      ReconstructionDataId=target)
        algorithm = astra.algorithm.create(wanted)
        astra.algorithm.run(algorithm)
        image = astra.data2d.get(target)
        astra.algorithm.delete(algorithm)
        astra.data2d.delete([source, target])
        return image

    return run, lambda image: image.T


def skimage_radon(scene):
    from skimage.transform import radon

    angles = numpy.arange(VIEWS) * 180 / VIEWS
    # Its rays lie half a pixel from ours, so their sums are not scored.
    return lambda: radon(scene["clean"].T, angles, circle=True), lambda _: numpy.zeros(0)


def skimage_iradon(scene):
    from skimage.transform import iradon, radon

    angles = numpy.arange(VIEWS) * 180 / VIEWS
    sums = radon(scene["clean"].T, angles, circle=True)
    return (lambda: iradon(sums, angles, circle=True, filter_name="ramp"),
            lambda image: image.T.astype(numpy.float32))


def relative_error(sums, scene):
    """Against the ellipses' own line integrals; a part of their root mean square."""
    truth = scene["sums"]
    return float(numpy.sqrt(numpy.mean((sums - truth) ** 2) / numpy.mean(truth**2)))


def kinds(make, **arguments):
    return tuple(Peer(f"ASTRA {kind}", partial(make, kind=kind), **arguments)
                 for kind in ("line", "linear"))


def metal_case(name, title, target):
    return Case(
        f"mar-{name}", f"`mar` of {title}, 256²", scene=partial(metal.scene, (name,)),
        ours=lambda scene: step("mar", scene.nifti("scan"), "CT"),
        peers=(Peer("NMAR with ASTRA", metal.astra_nmar),), score=metal.ERROR,
        wanted=Wanted(score=target))


CASES = [
    Case(
        "projection", "forward projection, 512², 720 views", scene=shepp_logan,
        ours=lambda scene: ["project", scene.nifti("clean"), "--views", str(VIEWS)],
        peers=kinds(astra_project, runs=2) + (Peer("scikit-image", skimage_radon, runs=1),),
        score=Score("error of the sums", relative_error), runs=9,
        wanted=Wanted(ratios={"ASTRA": 15, "scikit-image": 15})),
    Case(
        "fbp", "filtered back-projection, 512², 720 views", scene=shepp_logan,
        ours=lambda scene: ["reconstruct", scene.nifti("clean"), "--views", str(VIEWS)],
        peers=kinds(astra_reconstruct, runs=2) + (Peer("scikit-image", skimage_iradon, runs=1),),
        score=scores.RMSE, runs=9,
        wanted=Wanted(ratios={"ASTRA": 12, "scikit-image": 12},
                      parts={"ASTRA": 1, "scikit-image": 1})),
    metal_case("titanium", "titanium hips", 40), metal_case("iron", "iron hips", 70),
    metal_case("marker", "an iron marker", 25),
    Case(
        "mar", "`mar`, 6 slices of 512²", scene=partial(
            metal.scene, ("titanium", "iron", "marker"), enlarged=2, slices=2),
        ours=lambda scene: step("mar", scene.nifti("scan"), "CT"),
        peers=(Peer("NMAR with ASTRA", metal.astra_nmar, runs=1),), score=metal.ERROR,
        units=(6, "slices"), quick=False,
        wanted=Wanted(ratios={"NMAR": 20})),
]
