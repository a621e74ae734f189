"""Makes small objects of 32 and 64 bits a pixel, and what pydicom reads in them.

Usage: reals.py
Writes Tests/Data/dicom-reals/*.dcm (this script's own pictures, CC0) and
Tests/Data/dicom-expected/reals.json: the stored type, the SHA-256 of all stored values in their own
type (little endian), and that of the modality values as 32-bit floats; NaN and infinities included.
Frames lie in the order of the volume. Pinned: pydicom 3.0.2, numpy 2.4.6.
"""

import copy
import hashlib
import json
import pathlib
import warnings

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian,
    ImplicitVRLittleEndian, RLELossless)

from dicom_items import item

warnings.simplefilter("ignore")
out = pathlib.Path("Tests/Data/dicom-reals")
out.mkdir(exist_ok=True)
ROOT = "1.2.840.10008.5.1.4.1.1."


def code(value, scheme, meaning):
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def picture(frames, rows, columns):
    """Two discs on a ramp with noise, another one in each frame, about 0 to 3."""
    random = numpy.random.default_rng(7)
    y, x = numpy.mgrid[:rows, :columns]
    result = []
    for frame in range(frames):
        disc = (x - columns / 2) ** 2 + (y - rows / 2) ** 2 < (rows / 3) ** 2 + frame
        inner = (x - columns / 3) ** 2 + (y - rows / 2) ** 2 < (rows / 8) ** 2
        noise = random.normal(0, 0.02, (rows, columns))
        result.append(0.3 + 0.01 * x + disc + 0.5 * inner + 0.05 * frame + noise)
    return numpy.array(result)


def base(name, leaf, modality, pixels, image_type, **values):
    """`pixels` is (rows, columns) or (frames, rows, columns), in the type that is stored."""
    dataset = Dataset()
    dataset.SOPClassUID = ROOT + leaf
    # By name, so that a second run writes the same bytes.
    number = int(hashlib.sha256(name.encode()).hexdigest()[:12], 16)
    dataset.SOPInstanceUID = f"2.25.{number}1"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"2.25.{number}2", f"2.25.{number}3"
    dataset.FrameOfReferenceUID, dataset.PositionReferenceIndicator = f"2.25.{number}4", ""
    dataset.Modality, dataset.Manufacturer = modality, "Restorad tests"
    dataset.ManufacturerModelName, dataset.SoftwareVersions = "reals.py", "1"
    dataset.DeviceSerialNumber = "1"
    dataset.PatientName = dataset.PatientID = dataset.PatientBirthDate = dataset.PatientSex = ""
    dataset.StudyID = dataset.AccessionNumber = dataset.ReferringPhysicianName = ""
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = "20260101"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = "120000"
    dataset.SeriesNumber, dataset.InstanceNumber = 3, 1
    dataset.SeriesDescription, dataset.ImageType = name, image_type
    if pixels.ndim == 3:
        dataset.NumberOfFrames = len(pixels)
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    bits = dataset.BitsAllocated = 8 * pixels.dtype.itemsize
    if pixels.dtype.kind == "f":
        keyword = "FloatPixelData" if bits == 32 else "DoubleFloatPixelData"
    else:
        keyword = "PixelData"
        dataset.BitsStored, dataset.HighBit = bits, bits - 1
        dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    setattr(dataset, keyword, pixels.astype(pixels.dtype.newbyteorder("<")).tobytes())
    if keyword == "PixelData":
        dataset["PixelData"].VR = "OW"
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def parametric_map(name, pixels, first, last):
    """A map of apparent diffusion coefficients (PS3.3 A.75), slice upon slice."""
    kind = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]
    dataset = base(
        name, "30", "MR", pixels, kind, ContentLabel="ADC", ContentDescription="",
        ContentCreatorName="", PixelPresentation="MONOCHROME", ContentQualification="RESEARCH",
        BurnedInAnnotation="NO", RecognizableVisualFeatures="NO", LossyImageCompression="00",
        PresentationLUTShape="IDENTITY", AcquisitionContextSequence=Sequence([]))
    dataset.AcquisitionDateTime = "20260101120000"
    organisation = dataset.SeriesInstanceUID + ".1"
    dataset.DimensionOrganizationSequence = Sequence([item(DimensionOrganizationUID=organisation)])
    dataset.DimensionIndexSequence = Sequence([
        item(DimensionOrganizationUID=organisation, DimensionIndexPointer=0x00209057,
             FunctionalGroupPointer=0x00209111)])
    mapping = item(
        LUTExplanation="ADC", LUTLabel="ADC", RealWorldValueIntercept=0.0,
        RealWorldValueSlope=1.0,
        MeasurementUnitsCodeSequence=[code("um2/s", "UCUM", "um2/s")])
    if pixels.dtype.kind == "f":
        mapping.DoubleFloatRealWorldValueFirstValueMapped = first
        mapping.DoubleFloatRealWorldValueLastValueMapped = last
    else:
        mapping.RealWorldValueFirstValueMapped = first
        mapping.RealWorldValueLastValueMapped = last
        for keyword in ("RealWorldValueFirstValueMapped", "RealWorldValueLastValueMapped"):
            mapping[keyword].VR = "US"
    dataset.SharedFunctionalGroupsSequence = Sequence([item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[
            item(PixelSpacing=[2, 1.5], SliceThickness=4, SpacingBetweenSlices=4)],
        ParametricMapFrameTypeSequence=[item(FrameType=kind)],
        FrameAnatomySequence=[item(
            AnatomicRegionSequence=[code("T-A0100", "SRT", "Brain")], FrameLaterality="U")],
        RealWorldValueMappingSequence=[mapping],
        PixelValueTransformationSequence=[
            item(RescaleIntercept=0, RescaleSlope=1, RescaleType="US")],
        FrameVOILUTSequence=[item(
            WindowCenter=(first + last) / 2, WindowWidth=last - first,
            VOILUTFunction="LINEAR_EXACT")])])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([
        item(FrameContentSequence=[item(
                StackID="1", InStackPositionNumber=frame + 1, DimensionIndexValues=[frame + 1])],
             PlanePositionSequence=[item(ImagePositionPatient=[-12, -16, 4 * frame])])
        for frame in range(len(pixels))])
    return dataset


def run_lengths(words, width):
    """One frame of little-endian words in literal runs (PS3.5 annex G); pydicom stops at 16 bits."""
    segments = []
    for byte in reversed(range(width)):
        plane = words[byte::width]
        runs = [plane[at:at + 128] for at in range(0, len(plane), 128)]
        segment = b"".join(bytes([len(run) - 1]) + run for run in runs)
        segments.append(segment + b"\0" * (len(segment) % 2))
    starts = [64 + sum(map(len, segments[:index])) for index in range(width)]
    header = numpy.array([width, *starts] + [0] * (15 - width), "<u4").tobytes()
    return header + b"".join(segments)


def classic(name, leaf, modality, pixels, **values):
    return base(
        name, leaf, modality, pixels, ["ORIGINAL", "PRIMARY", "AXIAL"], PixelSpacing=[2, 1.5],
        SliceThickness=4, ImagePositionPatient=[-12, -16, 0],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0], **values)


made = {}
values = picture(5, 24, 16)
made["map-float"] = parametric_map("map-float", (1000 * values).astype("f4"), 0.0, 3000.0)
# In units that leave nothing of a value in 16 bits, and more digits than 24 bits have.
made["map-double"] = parametric_map("map-double", 1e-9 * values, 0.0, 3e-9)
made["map-words"] = parametric_map("map-words", (1000 * values).astype("u2"), 0, 3000)

special = (1000 * values[0]).astype("f4")
special[0, :6] = [numpy.nan, numpy.inf, -numpy.inf, -7.25, -0.0, 1e-42]
special[1, :3] = [-8.5, -8.0, -8.4375]
made["mr-float"] = classic(
    "mr-float", "4", "MR", special, FloatPixelPaddingValue=-7.25,
    WindowCenter=1000, WindowWidth=2000)
made["mr-float-range"] = classic(
    "mr-float-range", "4", "MR", special, FloatPixelPaddingValue=-8.0,
    FloatPixelPaddingRangeLimit=-8.5, RescaleSlope="2", RescaleIntercept="-1")
large = 1e6 * values[0]
large[0, :4] = [1e300, -1e300, numpy.nan, 1 / 3]
made["ct-double"] = classic(
    "ct-double", "2", "CT", large, DoubleFloatPixelPaddingValue=-1e300, RescaleSlope="0.001",
    RescaleIntercept="-1024", RescaleType="HU")
counts = (1e9 * values[0]).astype("u4")
counts[0, :3] = [0, 4294967295, 2147483649]
made["pt-uint32"] = classic(
    "pt-uint32", "128", "PT", counts, RescaleSlope="0.5", RescaleIntercept="0", Units="BQML")
made["mr-int32"] = classic("mr-int32", "4", "MR", (1e9 * (values[0] - 1)).astype("i4"))
for name, form, syntax in [
        ("mr-float", "big", ExplicitVRBigEndian), ("mr-float", "implicit", ImplicitVRLittleEndian),
        ("ct-double", "deflated", DeflatedExplicitVRLittleEndian),
        ("ct-double", "big", ExplicitVRBigEndian), ("pt-uint32", "big", ExplicitVRBigEndian),
        ("pt-uint32", "rle", RLELossless)]:
    dataset = copy.deepcopy(made[name])
    width = dataset.BitsAllocated // 8
    if form == "rle":
        dataset.PixelData = encapsulate([run_lengths(dataset.PixelData, width)])
    elif form == "big":
        # pydicom writes these elements as they are.
        for keyword in ("FloatPixelData", "DoubleFloatPixelData", "PixelData"):
            if keyword in dataset:
                words = numpy.frombuffer(dataset[keyword].value, f"<u{width}")
                setattr(dataset, keyword, words.astype(f">u{width}").tobytes())
    dataset.file_meta.TransferSyntaxUID = syntax
    made[f"{name}-{form}"] = dataset
for name, dataset in made.items():
    dataset.save_as(out / f"{name}.dcm", enforce_file_format=True)

expected = {}
for path in sorted(out.glob("*.dcm")):
    dataset = pydicom.dcmread(path)
    plain = pydicom.dcmread(out / path.name.replace("-rle", ""))
    stored = plain.pixel_array
    little = stored.astype(stored.dtype.newbyteorder("<"))
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    with numpy.errstate(over="ignore"):
        modality = (slope * stored.astype("f8") + intercept).astype("<f4")
    expected[path.stem] = {
        "type": {"f": "float", "u": "uint", "i": "int"}[stored.dtype.kind]
        + str(8 * stored.dtype.itemsize),
        "stored": hashlib.sha256(little.tobytes()).hexdigest(),
        "modality": hashlib.sha256(modality.tobytes()).hexdigest(),
        "rounded": int(numpy.sum(
            numpy.isfinite(stored) & (stored.astype("f4").astype("f8") != stored))),
        "finite": int(numpy.sum(numpy.isfinite(modality)))}
path = pathlib.Path("Tests/Data/dicom-expected/reals.json")
path.write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
