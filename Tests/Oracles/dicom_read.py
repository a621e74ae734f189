"""Expected stored values and grids for Tests/DicomFormatTests.

Usage: dicom_read.py SHARED_DATA_FOLDER
Writes Tests/Data/dicom-expected/{decoded,grids}.json.
Pinned: pydicom 3.0.2, pylibjpeg 2.1.0 (libjpeg 2.5.0, openjpeg 2.6.0, rle 2.2.0), pyjpegls 1.5.1,
numpy 2.4.6, nibabel 5.4.2, dcm2niix v1.0.20220720.
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
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import get_j2k_parameters
from pydicom.uid import JPEG2000TransferSyntaxes

warnings.simplefilter("ignore")
checkout = pathlib.Path(__file__).resolve().parents[2]
shared = pathlib.Path(sys.argv[1])
expected = checkout / "Tests/Data/dicom-expected"

IMAGES = ["1", "1.1", "1.2", "2", "4", "128", "20", "6.1", "12.1"]
LOSSY = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.91",
         "1.2.840.10008.1.2.4.203"]
SYNTAXES = LOSSY + [
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
]


def stored_values(dataset):
    """Stored values as PS3.5 8.1.1 has them: cut out by High Bit and Bits Stored, sign extended."""
    words = dataset.pixel_array.astype(numpy.int64)
    words = words >> (dataset.HighBit + 1 - dataset.BitsStored)
    words &= (1 << dataset.BitsStored) - 1
    is_signed = dataset.PixelRepresentation == 1
    if dataset.file_meta.TransferSyntaxUID in JPEG2000TransferSyntaxes:
        # A signed codestream holds signed values, whatever the header says.
        frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
        is_signed |= get_j2k_parameters(frame[frame.index(b"\xff\x4f\xff\x51"):])["is_signed"]
    if is_signed:
        words -= (words >> (dataset.BitsStored - 1)) << dataset.BitsStored
    return words.astype("<i4")


def modality_sum(dataset, values):
    """The sum after Rescale Slope and Intercept, of which one alone means nothing."""
    slope, intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
    if slope is None or intercept is None:
        slope, intercept = 1, 0
    return float((values * float(slope) + float(intercept)).sum())


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
                "modality_sum": modality_sum(dataset, values),
                "sha256": hashlib.sha256(values.tobytes()).hexdigest(),
                # Where two decoders may round apart.
                "samples": values.ravel()[::max(1, values.size // 32)].tolist()
                if syntax in LOSSY else [],
            }
    return result


def grid_of(folder):
    """The grid by formula and some values of dcm2niix's volume, turned to DICOM's axes.

    dcm2niix takes the slice distance from the first two positions and computes in single
    precision, so its own grid is only compared with the formula's: the farthest corner, in mm.
    """
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["dcm2niix", "-b", "n", "-z", "n", "-f", "scan", "-o", out, folder],
                       check=True, capture_output=True)
        images = sorted(pathlib.Path(out).glob("scan*.nii"))
        print(folder, [p.name for p in images])
        image = nibabel.load(images[0])
        data = numpy.asarray(image.dataobj)
        if data.ndim == 2:
            data = data[:, :, None]
        # dcm2niix stores columns upwards and turns volumes of 3D acquisitions: turn them back.
        header = pydicom.dcmread(next(pathlib.Path(folder).iterdir()), stop_before_pixels=True)
        axes = numpy.array(header.ImageOrientationPatient, float).reshape(2, 3)
        axes = numpy.vstack([axes, numpy.cross(*axes)])
        steps = (numpy.diag([-1.0, -1, 1, 1]) @ image.affine)[:3]
        turns = axes @ (steps[:, :3] / numpy.linalg.norm(steps[:, :3], axis=0))
        order = numpy.abs(turns).argmax(axis=1)
        data = data.transpose(order)
        affine = steps[:, [*order, 3]].copy()
        for axis in range(3):
            if turns[axis, order[axis]] < 0:
                affine[:, 3] += affine[:, axis] * (data.shape[axis] - 1)
                affine[:, axis] *= -1
                data = numpy.flip(data, axis)
        columns, rows, slices = data.shape
        spots = [[columns * a // 8, rows * b // 8, slices * c // 8]
                 for a, b, c in [(4, 4, 4), (2, 5, 1), (5, 2, 7), (3, 3, 3), (6, 4, 5)]]
        grid = formula_of(folder)
        corners = [[x, y, z, 1] for x in (0, columns) for y in (0, rows) for z in (0, slices)]
        apart = numpy.abs((affine - grid) @ numpy.array(corners).T).max()
        print(folder, "farthest corner", apart, "mm")
        assert apart < 0.02
        return {
            "shape": [columns, rows, slices],
            "affine": grid.tolist(),
            "samples": [spot + [float(data[tuple(spot)])] for spot in spots],
        }


def sorted_slices(folder):
    slices = [pydicom.dcmread(path) for path in pathlib.Path(folder).iterdir()]
    axes = numpy.array(slices[0].ImageOrientationPatient, float).reshape(2, 3)
    normal = numpy.cross(*axes)
    return sorted(slices, key=lambda s: normal @ numpy.array(s.ImagePositionPatient, float))


def formula_of(folder):
    """Voxel to LPS by PS3.3 C.7.6.2.1.1, the slice step from the first position to the last."""
    slices = sorted_slices(folder)
    axes = numpy.array(slices[0].ImageOrientationPatient, float).reshape(2, 3)
    first, last = (numpy.array(s.ImagePositionPatient, float) for s in (slices[0], slices[-1]))
    spacing = [float(value) for value in slices[0].PixelSpacing]
    return numpy.column_stack([
        axes[0] * spacing[1], axes[1] * spacing[0], (last - first) / (len(slices) - 1), first])


def tilted_grid_of(folder):
    """Without dcm2niix, which resolves a gantry tilt in its own way."""
    slices = sorted_slices(folder)
    data = numpy.stack([
        s.pixel_array * float(s.RescaleSlope) + float(s.RescaleIntercept) for s in slices])
    spots = [[256, 256, 14], [128, 320, 3], [320, 128, 24], [192, 192, 10], [384, 256, 17]]
    return {
        "shape": list(data.shape[::-1]),
        "affine": formula_of(folder).tolist(),
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
