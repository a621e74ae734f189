"""Files to volumes and back."""
import glob
import os
from functools import partial

import numpy

import inputs
import nifti
import series
from case import Case, Peer, Score, Wanted, largest_difference

FILES = 200


def head_file():
    return {"path": inputs.HEAD, "clean": inputs.head()}


def nibabel_read(scene):
    import nibabel

    return lambda: numpy.asarray(nibabel.load(scene["path"]).dataobj, dtype=numpy.float32)


def simpleitk_read(scene):
    import SimpleITK as sitk

    return (lambda: sitk.ReadImage(scene["path"], sitk.sitkFloat32),
            lambda image: sitk.GetArrayFromImage(image).T)


def nibabel_write(scene):
    import nibabel

    image, path = nibabel.Nifti1Image(scene["clean"], numpy.eye(4)), scene.path("peer.nii.gz")
    return lambda: nibabel.save(image, path), lambda _: nifti.read(path)


def simpleitk_write(scene):
    import SimpleITK as sitk

    image, path = sitk.GetImageFromArray(scene["clean"].T), scene.path("peer.nii.gz")
    return lambda: sitk.WriteImage(image, path, useCompression=True), lambda _: nifti.read(path)


def paths(scene):
    return sorted(glob.glob(os.path.join(scene["folder"], "*")))


def pydicom_read(scene):
    import pydicom

    def run():
        slices = [pydicom.dcmread(path) for path in paths(scene)]
        slices.sort(key=lambda s: s.ImagePositionPatient[2])
        planes = [s.pixel_array.astype(numpy.float32) * numpy.float32(s.RescaleSlope)
                  + numpy.float32(s.RescaleIntercept) for s in slices]
        return numpy.stack(planes)

    return run, lambda volume: volume.T


def simpleitk_series(scene):
    import SimpleITK as sitk

    def run():
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(scene["folder"]))
        reader.SetOutputPixelType(sitk.sitkFloat32)
        return reader.Execute()

    return run, lambda image: sitk.GetArrayFromImage(image).T


def pydicom_headers(scene):
    import pydicom

    def run():
        for path in paths(scene):
            pydicom.dcmread(path, stop_before_pixels=True)

    return run, lambda _: numpy.zeros(0)


def simpleitk_headers(scene):
    import SimpleITK as sitk

    def run():
        for path in paths(scene):
            reader = sitk.ImageFileReader()
            reader.SetFileName(path)
            reader.ReadImageInformation()

    return run, lambda _: numpy.zeros(0)


def series_case(name, syntax, **others):
    return Case(
        f"dicom-{name}", f"read {FILES} DICOM slices of 512², {syntax}",
        scene=partial(series.scene, FILES, name),
        ours=lambda scene: ["read", scene["folder"]],
        peers=(Peer("pydicom", pydicom_read, runs=2),
               Peer("SimpleITK", simpleitk_series, runs=2)),
        agreement=largest_difference(),
        wanted=Wanted(ratios={"": 3}, differences={"": 0}), **others)


SAME = Score("greatest error", lambda result, scene: float(
    numpy.max(numpy.abs(result - scene["clean"]))))

CASES = [
    Case(
        "nifti-read", "read a head, `.nii.gz`", scene=head_file,
        ours=lambda scene: ["read", scene["path"]],
        peers=(Peer("nibabel", nibabel_read, runs=9), Peer("SimpleITK", simpleitk_read, runs=9)),
        agreement=largest_difference(), runs=9,
        wanted=Wanted(ratios={"": 1.5}, differences={"": 0})),
    Case(
        "nifti-write", "write a head, `.nii.gz` of float32", scene=head_file,
        ours=lambda scene: ["write", scene.nifti("clean"), scene.path("ours.nii.gz")],
        peers=(Peer("nibabel", nibabel_write), Peer("SimpleITK", simpleitk_write, runs=2)),
        score=SAME, wanted=Wanted(ratios={"": 3}, score=0),
        collect=lambda scene, said: nifti.read(scene.path("ours.nii.gz")),
        notes="ours is on disk when it ends, the peers' in the system's cache"),
    series_case("plain", "uncompressed"),
    series_case("rle", "RLE", quick=False),
    series_case("jpeg2000", "JPEG 2000", quick=False),
    Case(
        "probe", f"look into {FILES} DICOM files", scene=partial(series.scene, FILES, "plain"),
        ours=lambda scene: ["probe", scene["folder"]],
        peers=(Peer("pydicom, header only", pydicom_headers),
               Peer("SimpleITK, header only", simpleitk_headers)),
        units=(FILES, "files"), runs=9,
        collect=lambda scene, said: numpy.zeros(0),
        notes="ours walks the whole file and answers whether it is all there"),
]
