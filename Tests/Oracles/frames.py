"""Makes small multi-frame objects, and what pydicom reads in them and in real ones.

Usage: frames.py SHARED_DATA_FOLDER
Writes Tests/Data/dicom-frames/*.dcm (this script's own pictures, CC0) and
Tests/Data/dicom-expected/frames.json: frames, and the SHA-256 of all stored values as 32 bits.
Pinned: pydicom 3.0.2, pylibjpeg 2.1.0 (libjpeg 2.5.0, openjpeg 2.6.0, rle 2.2.0), numpy 2.4.6;
JPEG-LS by dcmcjpls and dcmdjpls of DCMTK 3.6.7 (Debian's), on the path.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from dicom_items import item

warnings.simplefilter("ignore")
shared = pathlib.Path(sys.argv[1])
out = pathlib.Path("Tests/Data/dicom-frames")
out.mkdir(exist_ok=True)
ROOT = "1.2.840.10008.5.1.4.1.1."


def picture(frames, rows, columns, scale):
    """Two discs on a ramp with a little noise of whole numbers, another one in each frame."""
    random = numpy.random.default_rng(5)
    y, x = numpy.mgrid[:rows, :columns]
    result = []
    for frame in range(frames):
        disc = (x - columns / 2) ** 2 + (y - rows / 2) ** 2 < (rows / 3) ** 2 + frame
        inner = (x - columns / 3) ** 2 + (y - rows / 2) ** 2 < (rows / 8) ** 2
        noise = random.integers(-4, 5, (rows, columns))
        result.append((200 + 3 * x + 300 * disc + 200 * inner + 10 * frame) * scale + noise)
    return numpy.array(result).astype("i4")


def base(name, leaf, modality, pixels, bits=16, **values):
    dataset = Dataset()
    dataset.SOPClassUID = ROOT + leaf
    # By name, so that a second run writes the same bytes.
    number = int(hashlib.sha256(name.encode()).hexdigest()[:12], 16)
    dataset.SOPInstanceUID = f"2.25.{number}1"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"2.25.{number}2", f"2.25.{number}3"
    dataset.FrameOfReferenceUID = f"2.25.{number}4"
    dataset.Modality, dataset.Manufacturer = modality, "Restorad tests"
    dataset.PatientName = dataset.PatientID = ""
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = "20260101"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = "120000"
    dataset.AcquisitionDateTime = "20260101120000"
    dataset.SeriesNumber, dataset.InstanceNumber = 3, 1
    dataset.SeriesDescription = name
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL", "NONE"]
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = int(pixels.min() < 0)
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    words = "i" if pixels.min() < 0 else "u"
    dataset.PixelData = pixels.astype(f"<{words}{bits // 8}").tobytes()
    dataset["PixelData"].VR = "OB" if bits == 8 else "OW"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def grouped(dataset, frame_type, frames, shared_groups):
    """Adds functional groups: `frames` is one (height, in-stack, dict of groups) a frame."""
    dataset.PixelPresentation, dataset.VolumetricProperties = "MONOCHROME", "VOLUME"
    dataset.VolumeBasedCalculationTechnique, dataset.ContentQualification = "NONE", "PRODUCT"
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.AcquisitionNumber = 1
    dataset.AcquisitionContextSequence = Sequence([])
    organisation = dataset.SeriesInstanceUID + ".1"
    dataset.DimensionOrganizationSequence = Sequence([item(DimensionOrganizationUID=organisation)])
    dataset.DimensionIndexSequence = Sequence([
        item(DimensionOrganizationUID=organisation, DimensionIndexPointer=0x00209056,
             FunctionalGroupPointer=0x00209111),
        item(DimensionOrganizationUID=organisation, DimensionIndexPointer=0x00209057,
             FunctionalGroupPointer=0x00209111)])
    orientation = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    measures = item(PixelSpacing=[2, 1.5], SliceThickness=4, SpacingBetweenSlices=4)
    dataset.SharedFunctionalGroupsSequence = Sequence([item(
        PlaneOrientationSequence=[orientation], PixelMeasuresSequence=[measures], **shared_groups)])
    per_frame = []
    for height, place, groups in frames:
        content = item(StackID="1", InStackPositionNumber=place, DimensionIndexValues=[1, place])
        if "index" in groups:
            content.TemporalPositionIndex = groups.pop("index")
        per_frame.append(item(
            FrameContentSequence=[content],
            PlanePositionSequence=[item(ImagePositionPatient=[-12, -16, height])], **groups))
    dataset.PerFrameFunctionalGroupsSequence = Sequence(per_frame)
    dataset.ImageType = frame_type
    return dataset


def mr_type(kind):
    return item(
        FrameType=["ORIGINAL", "PRIMARY", kind, "NONE"], PixelPresentation="MONOCHROME",
        VolumetricProperties="VOLUME", VolumeBasedCalculationTechnique="NONE",
        ComplexImageComponent="PHASE" if kind == "P" else "MAGNITUDE", AcquisitionContrast="T1")


def transformation(slope, intercept, kind="US"):
    return [item(RescaleIntercept=intercept, RescaleSlope=slope, RescaleType=kind)]


def window(centre, width):
    return [item(WindowCenter=centre, WindowWidth=width)]


made = {}
# Echoes interleaved, slices from top to bottom: neither is the order of a volume.
pixels = picture(12, 24, 16, 2)
frames = [(20 - 4 * (f // 2), f // 2 + 1,
           {"MREchoSequence": [item(EffectiveEchoTime=10.0 + 20 * (f % 2))],
            "PixelValueTransformationSequence": transformation(1 + f % 2, 0)}) for f in range(12)]
made["emr-two-echoes"] = grouped(
    base("emr-two-echoes", "4.1", "MR", pixels, MRAcquisitionType="3D"),
    ["ORIGINAL", "PRIMARY", "M", "NONE"], frames,
    {"MRImageFrameTypeSequence": [mr_type("M")], "FrameVOILUTSequence": window(800, 1600)})

pixels = picture(10, 24, 16, 2)
pixels[5:] = pixels[5:] % 4096
frames = [(4 * (f % 5), f % 5 + 1, {"MRImageFrameTypeSequence": [mr_type("M" if f < 5 else "P")],
                                    "PixelValueTransformationSequence":
                                    transformation(1 if f < 5 else 2, 0 if f < 5 else -4096)})
          for f in range(10)]
made["emr-magnitude-phase"] = grouped(
    base("emr-magnitude-phase", "4.1", "MR", pixels), ["ORIGINAL", "PRIMARY", "M", "NONE"], frames,
    {})
made["emr-magnitude-phase"].ComplexImageComponent = "MIXED"

pixels = picture(6, 24, 16, 1)
frames = [(4.0 * f, f + 1, {}) for f in range(6)]
made["ect-head"] = grouped(
    base("ect-head", "2.1", "CT", pixels, RescaleType="HU"),
    ["ORIGINAL", "PRIMARY", "AXIAL", "NONE"], frames,
    {"PixelValueTransformationSequence": transformation(1, -1024, "HU"),
     "FrameVOILUTSequence": window(40, 400),
     "CTImageFrameTypeSequence": [item(
         FrameType=["ORIGINAL", "PRIMARY", "AXIAL", "NONE"], PixelPresentation="MONOCHROME",
         VolumetricProperties="VOLUME", VolumeBasedCalculationTechnique="NONE")]})
del made["ect-head"].RescaleType

pixels = picture(8, 24, 16, 3)
frames = [(4.0 * (f % 4), f % 4 + 1,
           {"index": f // 4 + 1, "PixelValueTransformationSequence":
            transformation(0.5 + 0.25 * f, 0, "BQML")}) for f in range(8)]
made["epet-two-times"] = grouped(
    base("epet-two-times", "130", "PT", pixels), ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], frames,
    {"PETFrameTypeSequence": [item(
        FrameType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], PixelPresentation="MONOCHROME",
        VolumetricProperties="VOLUME", VolumeBasedCalculationTechnique="NONE")]})

pixels = picture(8, 24, 16, 1)
detector = item(ImagePositionPatient=[-12, -16, 50], ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
made["nm-gated"] = base(
    "nm-gated", "20", "NM", pixels, ImageType=["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"],
    FrameIncrementPointer=[0x00540010, 0x00540020, 0x00540070, 0x00540080],
    EnergyWindowVector=[1] * 8, DetectorVector=[1] * 8, TimeSlotVector=[1] * 4 + [2] * 4,
    SliceVector=[1, 2, 3, 4] * 2, SpacingBetweenSlices=-5, SliceThickness=5, PixelSpacing=[2, 1.5],
    DetectorInformationSequence=Sequence([detector]), NumberOfSlices=4, NumberOfTimeSlots=2)
made["nm-dynamic"] = base(
    "nm-dynamic", "20", "NM", picture(3, 24, 16, 1),
    ImageType=["ORIGINAL", "PRIMARY", "DYNAMIC", "EMISSION"],
    FrameIncrementPointer=[0x00540010, 0x00540020, 0x00540030, 0x00540100],
    EnergyWindowVector=[1] * 3, DetectorVector=[1] * 3, PhaseVector=[1] * 3,
    TimeSliceVector=[1, 2, 3], PixelSpacing=[2, 1.5])
made["us-clip"] = base(
    "us-clip", "3.1", "US", picture(4, 24, 16, 1) % 256, bits=8, FrameTime=40,
    FrameIncrementPointer=0x00181063, ImageType=["ORIGINAL", "PRIMARY", "", "0001"])
made["xa-run"] = base(
    "xa-run", "12.1", "XA", picture(5, 24, 16, 1), FrameTime=66, FrameIncrementPointer=0x00181063,
    ImageType=["ORIGINAL", "PRIMARY", "SINGLE PLANE"], PixelIntensityRelationship="LIN")

for name, dataset in made.items():
    dataset.save_as(out / f"{name}.dcm", enforce_file_format=True)
coded = pydicom.dcmread(out / "emr-two-echoes.dcm")
coded.compress(RLELossless, generate_instance_uid=False)
coded.save_as(out / "emr-two-echoes-rle.dcm")
subprocess.run(
    ["dcmcjpls", out / "emr-two-echoes.dcm", out / "emr-two-echoes-jpegls.dcm"], check=True)


def decoded(path):
    """All stored values; JPEG-LS is undone by DCMTK first."""
    dataset = pydicom.dcmread(path)
    if dataset.file_meta.TransferSyntaxUID.endswith((".4.80", ".4.81")):
        with tempfile.NamedTemporaryFile() as plain:
            subprocess.run(["dcmdjpls", path, plain.name], check=True)
            return dataset, pydicom.dcmread(plain.name).pixel_array.astype("<i4")
    return dataset, dataset.pixel_array.astype("<i4")


expected = {}
real = ["enhanced/siemens-xa10-fmri/*", "enhanced/siemens-xa30-t1/*", "enhanced/pydicom-data/emri*",
        "mosaic/nibabel/philips*", "mosaic/nibabel/siemens_dwi*", "ts/siemens-mosaic-9ts/*.dcm"]
files = [(f"own/{p.name}", p) for p in sorted(out.glob("*.dcm"))]
files += [(f"shared/{p.relative_to(shared / 'dicom')}", p)
          for pattern in real for p in sorted((shared / "dicom").glob(pattern))]
for key, path in files:
    dataset, stored = decoded(path)
    if "MOSAIC" in dataset.ImageType:
        count = dataset[0x0019, 0x100A].value
        across = int(numpy.ceil(numpy.sqrt(count)))
        rows, columns = stored.shape[0] // across, stored.shape[1] // across
        stored = numpy.array([
            stored[t // across * rows:][:rows, t % across * columns:][:, :columns]
            for t in range(across * across)])
    expected[key] = {"frames": len(stored), "sha256": hashlib.sha256(stored.tobytes()).hexdigest()}
path = pathlib.Path("Tests/Data/dicom-expected/frames.json")
path.write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
