"""Expected stored values and grids for Tests/DicomFormatTests.

Usage: dicom_read.py SHARED_DATA_FOLDER
Writes Tests/Data/dicom-expected/{decoded,grids}.json.
Pinned: pydicom 3.0.2, pylibjpeg 2.1.0 (libjpeg 2.5.0, rle 2.2.0), pyjpegls 1.5.1, numpy 2.4.6,
nibabel 5.4.2, dcm2niix v1.0.20220720.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import nibabel
import numpy
import pydicom

warnings.simplefilter("ignore")
checkout = pathlib.Path(__file__).resolve().parents[2]
shared = pathlib.Path(sys.argv[1])
expected = checkout / "Tests/Data/dicom-expected"

IMAGES = ["1", "1.1", "1.2", "2", "4", "128", "20", "6.1", "12.1"]
LOSSY = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"]
SYNTAXES = LOSSY + [
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.5",
]


def stored_values(dataset):
    """Stored values as PS3.5 8.1.1 has them: cut out by High Bit and Bits Stored, sign extended."""
    words = dataset.pixel_array.astype(numpy.int64)
    words = words >> (dataset.HighBit + 1 - dataset.BitsStored)
    words &= (1 << dataset.BitsStored) - 1
    if dataset.PixelRepresentation == 1:
        words -= (words >> (dataset.BitsStored - 1)) << dataset.BitsStored
    return words.astype("<i4")


def decoded():
    result = {}
    roots = [(shared, "dicom"), (checkout / "Tests/Data", "dicom")]
    for root, folder in roots:
        for path in sorted((root / folder).rglob("*")):
            if not path.is_file():
                continue
            try:
                dataset = pydicom.dcmread(path)
                syntax = dataset.file_meta.TransferSyntaxUID
                suffix = dataset.SOPClassUID.removeprefix("1.2.840.10008.5.1.4.1.1.")
                grey = dataset.SamplesPerPixel == 1 and "PALETTE" not in dataset.PhotometricInterpretation
                single = int(dataset.get("NumberOfFrames", 1) or 1) == 1
                mosaic = "MOSAIC" in dataset.ImageType or "LOCALIZER" in dataset.ImageType
                if syntax not in SYNTAXES or suffix not in IMAGES or not grey or not single or mosaic:
                    continue
                values = stored_values(dataset)
            except Exception:  # Not for this table: broken on purpose, or no image.
                continue
            key = ("shared/" if root == shared else "own/") + str(path.relative_to(root / folder))
            # One slice in sixteen of the long series is enough.
            digest = hashlib.md5(key.encode()).digest()
            if ("-series/" in key or "dicomdir/" in key) and digest[0] % 16:
                continue
            result[key] = {
                "lossy": syntax in LOSSY,
                "sum": int(values.sum(dtype=numpy.int64)),
                "min": int(values.min()),
                "max": int(values.max()),
                "sha256": hashlib.sha256(values.tobytes()).hexdigest(),
            }
    return result


def grid_of(folder):
    """Affine and some values of dcm2niix's volume, turned to DICOM's row order and LPS."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["dcm2niix", "-b", "n", "-z", "n", "-f", "scan", "-o", out, folder],
                       check=True, capture_output=True)
        images = sorted(pathlib.Path(out).glob("scan*.nii"))
        print(folder, [p.name for p in images])
        image = nibabel.load(images[0])
        data = numpy.asarray(image.dataobj)
        if data.ndim == 2:
            data = data[:, :, None]
        columns, rows, slices = data.shape
        flip = numpy.eye(4)
        flip[1, 1], flip[1, 3] = -1, rows - 1
        affine = numpy.diag([-1.0, -1, 1, 1]) @ image.affine @ flip
        data = data[:, ::-1, :]
        normal = numpy.cross(affine[:3, 0], affine[:3, 1])
        if normal @ affine[:3, 2] < 0:
            flip = numpy.eye(4)
            flip[2, 2], flip[2, 3] = -1, slices - 1
            affine = affine @ flip
            data = data[:, :, ::-1]
        spots = [[columns * a // 8, rows * b // 8, slices * c // 8]
                 for a, b, c in [(4, 4, 4), (2, 5, 1), (5, 2, 7), (3, 3, 3), (6, 4, 5)]]
        return {
            "shape": [columns, rows, slices],
            "affine": affine[:3].tolist(),
            "samples": [spot + [float(data[tuple(spot)])] for spot in spots],
        }


def tilted_grid_of(folder):
    """The same by the formula of PS3.3 C.7.6.2.1.1: dcm2niix resolves a tilt in its own way."""
    slices = [pydicom.dcmread(path) for path in pathlib.Path(folder).iterdir()]
    axes = numpy.array(slices[0].ImageOrientationPatient, float).reshape(2, 3)
    slices.sort(key=lambda s: numpy.cross(*axes) @ numpy.array(s.ImagePositionPatient, float))
    first, last = (numpy.array(s.ImagePositionPatient, float) for s in (slices[0], slices[-1]))
    spacing = [float(value) for value in slices[0].PixelSpacing]
    affine = numpy.column_stack([
        axes[0] * spacing[1], axes[1] * spacing[0], (last - first) / (len(slices) - 1), first])
    data = numpy.stack([
        s.pixel_array * float(s.RescaleSlope) + float(s.RescaleIntercept) for s in slices])
    spots = [[256, 256, 14], [128, 320, 3], [320, 128, 24], [192, 192, 10], [384, 256, 17]]
    return {
        "shape": list(data.shape[::-1]),
        "affine": affine.tolist(),
        "samples": [[x, y, z, float(data[z, y, x])] for x, y, z in spots],
    }


def grids():
    tilted = "dicom/ct-series/ge-head-tilt18.5-28"
    series = [
        "dicom/mr-series/siemens-prisma-t1-sag-35",
        "dicom/mr-series/siemens-xa30-phantom-96", "dicom/dicomdir/pydicom/98892001/CT5N",
    ]
    result = {name: grid_of(str(shared / name)) for name in series}
    result[tilted] = tilted_grid_of(str(shared / tilted))
    return result


for name, content in [("decoded", decoded()), ("grids", grids())]:
    (expected / f"{name}.json").write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
