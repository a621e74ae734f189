"""Restores every scan with an empty recipe, and compares what comes out with what went in.

Usage: round_trips.py RESTORAD SHARED_DATA_FOLDER
Prints a line for each difference, then how many files were compared; the exit status says whether
there was a difference. Pixels are decoded and headers read by other people's software.
Pinned: pydicom 3.0.2, pylibjpeg 2.1.0 (libjpeg 2.5.0, openjpeg 2.6.0, rle 2.2.0), pyjpegls 1.5.1,
nibabel 5.4.2, numpy 2.4.6.
"""

import pathlib
import subprocess
import sys
import tempfile
import warnings

import nibabel
import numpy
import pydicom
from pydicom.encaps import generate_frames
from pydicom.pixels import apply_color_lut
from pydicom.pixels.utils import get_j2k_parameters
from pydicom.uid import JPEG2000TransferSyntaxes

warnings.simplefilter("ignore")
restorad, shared = sys.argv[1], pathlib.Path(sys.argv[2])

CONFIGURATION = """
inboxes: [{ name: x, path: ./inbox, outbox: ./outbox, recipe: nothing, assume: { Modality: MR } }]
recipes: [{ name: nothing, steps: [], output: { type: source } }]
"""

# What a derived object changes by its nature (docs/dicom-conformance.md); all else is kept.
RULED = {
    "SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber", "InstanceCreationDate",
    "InstanceCreationTime", "InstanceCreatorUID", "ContentDate", "ContentTime", "SeriesDate",
    "SeriesTime", "ImageType", "DerivationDescription", "DerivationCodeSequence", "ImageComments",
    "SourceImageSequence", "ReferencedSeriesSequence", "ContributingEquipmentSequence",
    "BitsAllocated", "RescaleType", "LossyImageCompression", "LossyImageCompressionRatio",
    "LossyImageCompressionMethod", "SmallestPixelValueInSeries", "LargestPixelValueInSeries",
    "SmallestImagePixelValueInPlane", "LargestImagePixelValueInPlane", "IconImageSequence",
    "DigitalSignaturesSequence", "MACParametersSequence", "ReferencedPresentationStateSequence",
    "ReferencedPerformedProcedureStepSequence", "DataSetTrailingPadding", "PixelData",
    # Of the same 16 bits, when their VR was the wrong one.
    "PixelPaddingValue", "PixelPaddingRangeLimit",
    "PhotometricInterpretation", "SamplesPerPixel", "PlanarConfiguration", "PixelRepresentation",
    # Of multi-frame objects.
    "ContentQualification", "ConcatenationUID", "SOPInstanceUIDOfConcatenationSource",
    "SourceImageEvidenceSequence",
}
LOSSY = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.91",
         "1.2.840.10008.1.2.4.203"]


def shown(dataset):
    """Stored values, or the colours of a palette; a signed codestream is signed."""
    values = dataset.pixel_array
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        values = apply_color_lut(values, dataset)
        return (values >> 8 if values.dtype == numpy.uint16 else values).astype("i8")
    values = values.astype("i8")
    if dataset.SamplesPerPixel > 1:
        return values
    is_signed = dataset.PixelRepresentation == 1
    if dataset.file_meta.TransferSyntaxUID in JPEG2000TransferSyntaxes:
        frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
        is_signed |= get_j2k_parameters(frame[frame.index(b"\xff\x4f\xff\x51"):])["is_signed"]
    values = values >> (dataset.HighBit + 1 - dataset.BitsStored) & (1 << dataset.BitsStored) - 1
    if is_signed:
        values -= (values >> (dataset.BitsStored - 1)) << dataset.BitsStored
    return values


def dicom_differences(source, result):
    one, other = pydicom.dcmread(source, force=True), pydicom.dcmread(result)
    if not getattr(one, "file_meta", None) or "TransferSyntaxUID" not in one.file_meta:
        one.file_meta = pydicom.dataset.FileMetaDataset()
        one.file_meta.TransferSyntaxUID = (
            "1.2.840.10008.1.2" if one.original_encoding[0] else "1.2.840.10008.1.2.1")
    try:
        before, after = shown(one), shown(other)
    except NotImplementedError:
        # Nobody else in this list decodes it; the header is compared all the same.
        before = after = numpy.zeros(1)
    limit = 2 if one.file_meta.TransferSyntaxUID in LOSSY else 0
    # Two decoders' chrominances, turned into red, green and blue.
    limit *= 3 if one.SamplesPerPixel > 1 else 1
    if before.shape != after.shape or abs(before - after).max() > limit:
        yield "pixels"
    for element in one:
        tag = element.tag
        ruled = element.keyword in RULED or tag.element == 0 or tag.group & 0xFF01 == 0x6000
        palette = element.keyword.find("PaletteColorLookup") >= 0
        if ruled or palette or tag.is_private:
            continue
        if tag not in other:
            yield f"{element.keyword or tag} is gone"
        elif element.VR != "SQ" and str(other[tag].value) != str(element.value):
            yield f"{element.keyword or tag}: {element.value!r} became {other[tag].value!r}"


def nifti_differences(source, result):
    one, other = nibabel.load(source), nibabel.load(result)
    try:
        before, after = one.get_fdata(), other.get_fdata()
    except FileNotFoundError:
        return  # A pair of which only one half is compressed: nibabel looks for the wrong name.
    # Restorad computes in single precision.
    same = numpy.float32(before) == numpy.float32(after)
    if before.shape != after.shape or not (same | numpy.isnan(before)).all():
        yield "voxels"
    if not numpy.array_equal(one.affine, other.affine):
        yield "affine"
    for key in ["qform_code", "sform_code", "xyzt_units", "descrip", "intent_code", "pixdim"]:
        if not numpy.array_equal(one.header[key], other.header[key]):
            yield key


def restored(path, folder):
    outbox = pathlib.Path(folder) / "outbox"
    run = subprocess.run(
        [restorad, "restore", str(path), "--config", f"{folder}/restorad.yaml", "--recipe",
         "nothing", "--outbox", str(outbox), "--assume", "Modality=MR"], capture_output=True)
    if run.returncode != 0:
        return None
    results = [p for p in outbox.glob("*/result/*") if p.suffix in (".dcm", ".gz")]
    return results[0] if len(results) == 1 else None


compared = differences = 0
paths = [p for kind in ("dicom", "nifti") for p in sorted((shared / kind).rglob("*")) if p.is_file()]
for path in paths:
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "restorad.yaml").write_text(CONFIGURATION)
        result = restored(path, folder)
        if result is None:
            continue
        compared += 1
        compare = dicom_differences if result.suffix == ".dcm" else nifti_differences
        for difference in compare(path, result):
            differences += 1
            print(f"{path.relative_to(shared)}: {difference}")
print(f"{compared} files compared, {differences} differences")
sys.exit(differences > 0)
