#!/usr/bin/env python3
"""Times whole restorations of real scans and, where they are installed, the peers beside them.

Usage: bench.py RESTORAD DATA

Restorad is run from file to file, report and checksums included: seconds are those of the process,
the parts and the peak memory those of its report. A peer is timed from its own reader to its own
writer on the same scan, best settings of each, two threads where it can; a missing package is said
and passed over. Each figure is the median of RUNS runs.
"""
import glob
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = int(os.environ.get("RUNS", "3"))
restorad, data = sys.argv[1:3]

SCANS = [
    ("head MR, DICOM 256x256x35", ["dicom/mr-series/siemens-prisma-t1-sag-35"], []),
    ("head MR, NIfTI 188x256x190", ["nifti/mr/chris/chris_t1.nii.gz"], ["--assume", "Modality=MR"]),
    ("head CT, DICOM 512x512x28", ["dicom/ct-series/ge-head-tilt18.5-28"], []),
    ("hip CT with metal, NIfTI 122x101x112", ["nifti/ct/totalseg-hip-metal/example_ct.nii.gz"],
     ["--recipe", "ct-metal", "--assume", "Modality=CT"]),
    ("mammogram, DICOM 788x1318", ["dicom/mg/OutOfBoundsOverlay.dcm"], []),
]


def ours(inputs, arguments):
    """Seconds of the process and its last report."""
    times = []
    for _ in range(RUNS):
        outbox = tempfile.mkdtemp()
        paths = [os.path.join(data, path) for path in inputs]
        start = time.perf_counter()
        run = subprocess.run(
            [restorad, "restore", *paths, "--outbox", outbox, *arguments],
            capture_output=True, text=True)
        times.append(time.perf_counter() - start)
        if run.returncode:
            sys.exit(run.stderr)
    with open(os.path.join(run.stdout.split()[0], "report.json")) as file:
        return statistics.median(times), json.load(file)


def peer_mr():
    """SimpleITK's N4 (shrink 4, 4 x 50), then scikit-image's fast non-local means."""
    import nibabel
    import numpy
    import SimpleITK
    from skimage.restoration import denoise_nl_means, estimate_sigma

    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(2)
    image = SimpleITK.ReadImage(os.path.join(data, SCANS[1][1][0]), SimpleITK.sitkFloat32)
    mask = SimpleITK.OtsuThreshold(image, 0, 1)
    n4 = SimpleITK.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations([50] * 4)
    n4.Execute(SimpleITK.Shrink(image, [4] * 3), SimpleITK.Shrink(mask, [4] * 3))
    corrected = image / SimpleITK.Exp(n4.GetLogBiasFieldAsImage(image))
    values = SimpleITK.GetArrayFromImage(corrected)
    sigma = estimate_sigma(values)
    result = denoise_nl_means(
        values, patch_size=3, patch_distance=3, h=0.8 * sigma, sigma=sigma, fast_mode=True)
    nibabel.save(nibabel.Nifti1Image(result, numpy.eye(4)), tempfile.mktemp(suffix=".nii.gz"))


def peer_ct():
    """pydicom, then scikit-image's fast non-local means slice by slice."""
    import numpy
    import pydicom
    from skimage.restoration import denoise_nl_means

    for path in sorted(glob.glob(os.path.join(data, SCANS[2][1][0], "*"))):
        dataset = pydicom.dcmread(path)
        values = dataset.pixel_array.astype(numpy.float32)
        result = denoise_nl_means(
            values, patch_size=7, patch_distance=10, h=4, sigma=4, fast_mode=True)
        dataset.PixelData = result.astype(dataset.pixel_array.dtype).tobytes()
        dataset.save_as(tempfile.mktemp(suffix=".dcm"))


def peer_xray():
    """pydicom, then scikit-image's wavelet denoising and OpenCV's CLAHE."""
    import cv2
    import numpy
    import pydicom
    from skimage.restoration import denoise_wavelet

    dataset = pydicom.dcmread(os.path.join(data, SCANS[4][1][0]))
    values = dataset.pixel_array.astype(numpy.float32)
    smooth = denoise_wavelet(values, wavelet="db4", wavelet_levels=4, rescale_sigma=True)
    clahe = cv2.createCLAHE(2.0, (8, 8)).apply(smooth.clip(0, 65535).astype(numpy.uint16))
    dataset.PixelData = clahe.tobytes()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.save_as(tempfile.mktemp(suffix=".dcm"))


PEERS = {1: peer_mr, 2: peer_ct, 4: peer_xray}


def peer(function):
    """Median seconds of a peer pipeline in a process of its own, and its peak memory in bytes."""
    times = []
    peak = 0
    for _ in range(max(1, RUNS // 3)):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                start = time.perf_counter()
                function()
                seconds = time.perf_counter() - start
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
                os.write(write, json.dumps([seconds, memory]).encode())
            except ImportError as error:
                os.write(write, json.dumps(str(error)).encode())
            os._exit(0)
        os.close(write)
        os.waitpid(child, 0)
        with os.fdopen(read) as answer:
            text = answer.read()
        said = json.loads(text) if text else "it failed"
        if isinstance(said, str):
            return said
        times.append(said[0])
        peak = max(peak, said[1])
    return statistics.median(times), peak


def main():
    print("| scan | steps | seconds | read / compute / write | peak MiB | peer s | peer MiB | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for number, (name, inputs, arguments) in enumerate(SCANS):
        seconds, report = ours(inputs, arguments)
        timing = report["timing"]
        parts = " / ".join(f"{timing[k]:.2f}" for k in ("read_s", "compute_s", "write_s"))
        steps = ", ".join(step["name"] for step in report["steps"])
        row = [name, steps, f"{seconds:.2f}", parts, str(report["peak_memory_bytes"] >> 20)]
        said = peer(PEERS[number]) if number in PEERS else "-"
        if isinstance(said, str):
            row += [said, "-", "-"]
        else:
            row += [f"{said[0]:.1f}", str(said[1] >> 20), f"{said[0] / seconds:.0f}x"]
        print("| " + " | ".join(row) + " |", flush=True)


main()
