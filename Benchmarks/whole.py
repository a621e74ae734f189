"""Whole restorations of real scans, from file to file, beside pipelines of the peers.

Restorad: from the start of the process to the published folder, report and checksums included. A
peer: from its own reader to its own writer on the same scan, in a process of its own.
"""
import glob
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from case import THREADS
from series import DATA

HERE = os.path.abspath(__file__)
MR = ["--assume", "Modality=MR"]
METAL = ["--recipe", "ct-metal", "--assume", "Modality=CT"]


def peer_mr(path, target):
    """SimpleITK's N4 (shrink 4, 4 x 50), then scikit-image's fast non-local means (search 3)."""
    import SimpleITK as sitk
    from skimage.restoration import denoise_nl_means, estimate_sigma

    image = sitk.ReadImage(path, sitk.sitkFloat32)
    mask = sitk.OtsuThreshold(image, 0, 1)
    n4 = sitk.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations([50] * 4)
    n4.Execute(sitk.Shrink(image, [4] * 3), sitk.Shrink(mask, [4] * 3))
    values = sitk.GetArrayFromImage(image / sitk.Exp(n4.GetLogBiasFieldAsImage(image)))
    sigma = estimate_sigma(values)
    result = denoise_nl_means(
        values, patch_size=3, patch_distance=3, h=0.8 * sigma, sigma=sigma, fast_mode=True)
    sitk.WriteImage(sitk.GetImageFromArray(result), target + ".nii.gz")


def peer_ct(path, target):
    """scikit-image's fast non-local means slice by slice (patch 7, window 21)."""
    import numpy
    import pydicom
    from skimage.restoration import denoise_nl_means

    for number, name in enumerate(sorted(glob.glob(os.path.join(path, "*")))):
        dataset = pydicom.dcmread(name)
        values = dataset.pixel_array.astype(numpy.float32)
        result = denoise_nl_means(
            values, patch_size=7, patch_distance=10, h=4, sigma=4, fast_mode=True)
        dataset.PixelData = result.astype(dataset.pixel_array.dtype).tobytes()
        dataset.save_as(f"{target}-{number}.dcm")


def peer_xray(path, target):
    """scikit-image's wavelets and OpenCV's CLAHE."""
    import cv2
    import numpy
    import pydicom
    from skimage.restoration import denoise_wavelet

    cv2.setNumThreads(THREADS)
    dataset = pydicom.dcmread(path)
    values = dataset.pixel_array.astype(numpy.float32)
    smooth = denoise_wavelet(values, wavelet="db4", wavelet_levels=4, rescale_sigma=True)
    clahe = cv2.createCLAHE(2.0, (8, 8)).apply(smooth.clip(0, 65535).astype(numpy.uint16))
    dataset.PixelData = clahe.tobytes()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.save_as(target + ".dcm")


SCANS = [
    ("head MR, DICOM 256×256×35", "dicom/mr-series/siemens-prisma-t1-sag-35", [], None),
    ("head MR, NIfTI 188×256×190", "nifti/mr/chris/chris_t1.nii.gz", MR, peer_mr),
    ("head CT, DICOM 512×512×28", "dicom/ct-series/ge-head-tilt18.5-28", [], peer_ct),
    ("hip CT with metal, NIfTI 122×101×112", "nifti/ct/totalseg-hip-metal/example_ct.nii.gz",
     METAL, None),
    ("mammogram, DICOM 788×1318", "dicom/mg/OutOfBoundsOverlay.dcm", [], peer_xray),
]


def measure(restorad, cores, runs=3, say=print):
    """A record for each scan that is there."""
    found = []
    for number, (title, path, arguments, peer) in enumerate(SCANS):
        if not os.path.exists(os.path.join(DATA, path)):
            say(f"{title}: not at {DATA}; set RESTORAD_TEST_DATA")
            continue
        record = {"title": title, "ours": ours(restorad, path, arguments, cores, runs)}
        if peer:
            record["peer"] = {"name": peer.__doc__.strip(), **theirs(number, cores)}
        found.append(record)
        say(line(record))
    return found


def ours(restorad, path, arguments, cores, runs):
    """The median run: seconds of the process, and what its report says."""
    times = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as outbox:
            start = time.perf_counter()
            done = subprocess.run(
                [restorad, "restore", os.path.join(DATA, path), "--outbox", outbox, *arguments],
                capture_output=True, text=True, check=True,
                preexec_fn=lambda: os.sched_setaffinity(0, cores))
            times.append(time.perf_counter() - start)
            with open(os.path.join(done.stdout.split()[0], "report.json")) as file:
                report = json.load(file)
    timing = report["timing"]
    return {
        "seconds": statistics.median(times), "steps": [s["name"] for s in report["steps"]],
        "parts": [timing[key] for key in ("read_s", "compute_s", "write_s")],
        "peak_bytes": report["peak_memory_bytes"],
    }


def theirs(number, cores):
    environment = dict(os.environ, BENCH_THREADS=str(len(cores)),
                       OMP_NUM_THREADS=str(len(cores)),
                       ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=str(len(cores)))
    done = subprocess.run(
        [sys.executable, HERE, str(number)], capture_output=True, text=True, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, cores))
    answer = [text for text in done.stdout.splitlines() if text.startswith("{")]
    return json.loads(answer[-1]) if answer else {"missing": "it failed"}


def line(record):
    mine, other = record["ours"], record.get("peer", {})
    parts = " / ".join(f"{part:.2f}" for part in mine["parts"])
    cells = [record["title"], ", ".join(mine["steps"]), f"{mine['seconds']:.2f}", parts,
             f"{mine['peak_bytes'] / 1e6:.0f}"]
    if "seconds" in other:
        ratio = other["seconds"] / mine["seconds"]
        cells += [f"{other['seconds']:.1f}", f"{other['peak_bytes'] / 1e6:.0f}", f"{ratio:.0f}"]
    else:
        cells += [other.get("missing", ""), "", ""]
    return "| " + " | ".join(cells) + " |"


HEAD = """\
| scan | steps | seconds | read / compute / write | memory, MB | peer, s | memory, MB | ratio |
|---|---|---|---|---|---|---|---|"""


def run_peer(number):
    """The peer's side of it: one run, for which its packages are loaded before."""
    _, path, _, peer = SCANS[number]
    try:
        for package in ("cv2", "pydicom", "SimpleITK", "skimage.restoration"):
            importlib.import_module(package)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        peer(os.path.join(DATA, path), os.path.join(folder, "result"))
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak_bytes": peak}))


if __name__ == "__main__":
    run_peer(int(sys.argv[1]))
