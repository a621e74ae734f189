"""Reads results with the tools that people use, and compares their geometry with their sources'.

    scripts/acceptance BINARY --keep
    python3 Tests/Oracles/read_results.py KEPT/outbox KEPT/state/archive

Run by hand; needs nibabel 5, pydicom 3 and numpy; uses dcm2niix where it is installed. A line a job:
what was compared, and what differs. Ends with 1 when anything does.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy
import pydicom

KEPT = (
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "ImagerPixelSpacing",
    "SliceThickness", "SpacingBetweenSlices", "Rows", "Columns", "FrameOfReferenceUID",
    "StudyInstanceUID", "PatientID", "PatientName", "InstanceNumber", "AcquisitionNumber",
    "PhotometricInterpretation", "Modality", "SOPClassUID",
)
NEW = ("SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber")


def stem(path: Path) -> str:
    name = path.name
    return name[:-4] if name.lower().endswith(".dcm") else name


def values(image: pydicom.Dataset) -> numpy.ndarray:
    """The pixels in units of the modality."""
    slope = float(image.get("RescaleSlope", 1) or 1)
    return image.pixel_array * slope + float(image.get("RescaleIntercept", 0) or 0)


def compare_dicom(results: list[Path], sources: list[Path]) -> tuple[list[str], str]:
    faults = []
    by_name = {stem(path): path for path in sources}
    largest = 0.0
    mean = []
    for path in results:
        result = pydicom.dcmread(path)
        source = pydicom.dcmread(by_name[stem(path)], force=True)
        for keyword in KEPT:
            if result.get(keyword) != source.get(keyword):
                faults.append(f"{keyword}: {result.get(keyword)!r} for {source.get(keyword)!r}")
        faults += [f"{k} is the source's" for k in NEW if result.get(k) == source.get(k)]
        if result.file_meta.MediaStorageSOPInstanceUID != result.SOPInstanceUID:
            faults.append("file meta names another instance")
        try:
            before = values(source)
        except Exception as error:
            faults.append(f"pydicom cannot decode the source: {str(error)[:60]}")
            continue
        after = values(result)
        if before.shape != after.shape:
            faults.append(f"{after.shape} pixels for {before.shape}")
            continue
        largest = max(largest, float(numpy.abs(after - before).max()))
        mean.append(float(after.mean() - before.mean()))
    return sorted(set(faults)), f"max {largest:.4g}, mean {numpy.mean(mean or [0]):+.3g}"


def converted(files: list[Path]) -> list[tuple[tuple, numpy.ndarray]]:
    """Shapes and affines of what dcm2niix makes of some files."""
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / "in"
        outer = Path(folder) / "out"
        inner.mkdir()
        outer.mkdir()
        for number, file in enumerate(files):
            shutil.copy(file, inner / f"{number:04}.dcm")
        subprocess.run(
            ["dcm2niix", "-z", "n", "-b", "n", "-f", "%s_%r", "-o", outer, inner],
            capture_output=True, check=False,
        )
        made = [nibabel.load(path) for path in outer.glob("*.nii")]
        made = [(image.shape, image.affine) for image in made]
    return sorted(made, key=lambda pair: (pair[0], pair[1].tolist()))


def compare_converted(results: list[Path], sources: list[Path]) -> tuple[list[str], str]:
    ours, theirs = converted(results), converted(sources)
    if not theirs:
        return [], "dcm2niix makes nothing of the source"
    if [shape for shape, _ in ours] != [shape for shape, _ in theirs]:
        return [f"dcm2niix: {[s for s, _ in ours]} for {[s for s, _ in theirs]}"], ""
    worst = max(float(numpy.abs(a - b).max()) for (_, a), (_, b) in zip(ours, theirs))
    faults = [f"dcm2niix: affines differ by {worst}"] if worst > 1e-4 else []
    return faults, f"dcm2niix {len(ours)} alike"


def compare_nifti(result: Path, sources: list[Path]) -> tuple[list[str], str]:
    opened = next(p for p in sources if p.name.endswith((".nii", ".nii.gz", ".hdr", ".hdr.gz")))
    ours, theirs = nibabel.load(result), nibabel.load(opened)
    try:
        after, before = ours.get_fdata(), theirs.get_fdata()
    except FileNotFoundError:
        return [], "nibabel does not open a pair of which one file is compressed"
    faults = []
    if ours.shape != theirs.shape:
        faults.append(f"shape {ours.shape} for {theirs.shape}")
    if not numpy.array_equal(ours.affine, theirs.affine):
        faults.append(f"affine differs by {numpy.abs(ours.affine - theirs.affine).max()}")
    for place in ("get_qform", "get_sform"):
        left, right = (getattr(image, place, lambda coded: (None, 0))(coded=True)
                       for image in (ours, theirs))
        if left[1] != right[1] or not numpy.array_equal(left[0], right[0]):
            faults.append(place)
    if ours.header.get_zooms() != theirs.header.get_zooms():
        faults.append("zooms")
    if type(ours.header).__name__[:6] != type(theirs.header).__name__[:6]:
        faults.append(f"{type(ours).__name__} for {type(theirs).__name__}")
    if ours.get_data_dtype() != numpy.float32:
        faults.append(f"{ours.get_data_dtype()}")
    if not numpy.array_equal(numpy.isfinite(after), numpy.isfinite(before)):
        faults.append("finite where it was not, or the reverse")
    change = numpy.where(numpy.isfinite(before), after - before, 0)
    return faults, f"max {numpy.abs(change).max():.4g}, mean {change.mean():+.3g}"


def main() -> int:
    outbox, archive = Path(sys.argv[1]), Path(sys.argv[2])
    tool = shutil.which("dcm2niix")
    wrong = 0
    for job in sorted(outbox.iterdir()):
        report = json.loads((job / "report.json").read_text())
        sources = [archive / job.name / file["name"] for file in report["source"]["files"]]
        results = sorted((job / "result").iterdir())
        if report["source"]["format"] == "DICOM":
            faults, said = compare_dicom(results, sources)
            if tool:
                more, also = compare_converted(results, sources)
                faults, said = faults + more, f"{said}; {also}"
        else:
            volume = next(path for path in results if path.name.endswith(".nii.gz"))
            faults, said = compare_nifti(volume, sources)
        wrong += bool(faults)
        name = report["source"]["files"][0]["name"]
        shape = "x".join(map(str, report["source"]["shape"]))
        print(f"{'DIFFERS' if faults else 'alike':8}{job.name[17:]:14}{shape:16}{name[-52:]:54}{said}")
        for fault in faults[:6]:
            print(f"        {fault}")
    print(f"{wrong} of {len(list(outbox.iterdir()))} jobs differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
