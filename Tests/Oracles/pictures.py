#!/usr/bin/env python3
"""Renders the before/after pictures of the README from scans and what Restorad made of them.

Usage: pictures.py RESTORAD DATA OUT
  RESTORAD  the executable
  DATA      the folder of real scans
  OUT       where the PNG files go (docs/pictures)

Needs nibabel 5.4, pydicom 3.0 with pylibjpeg-openjpeg, numpy. The X-ray is stored as JPEG 2000; it
is decompressed first, its pixels unchanged.
"""
import glob
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib

import nibabel
import numpy
import pydicom

restorad, data, out = sys.argv[1:4]


def png(path, image):
    """Writes an 8-bit greyscale PNG."""
    image = numpy.ascontiguousarray(image.clip(0, 255).astype(numpy.uint8))
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", image.shape[1], image.shape[0], 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, body in chunks:
            file.write(struct.pack(">I", len(body)) + name + body)
            file.write(struct.pack(">I", zlib.crc32(name + body)))


def restore(inputs, *arguments):
    """Restores scans and returns the job folder."""
    outbox = tempfile.mkdtemp()
    run = subprocess.run(
        [restorad, "restore", *inputs, "--outbox", outbox, *arguments],
        capture_output=True, text=True)
    print(run.stderr, end="")
    return run.stdout.split()[0]


def values(path):
    dataset = pydicom.dcmread(path)
    pixels = dataset.pixel_array.astype(float)
    return pixels * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))


def window(image, low, high):
    return (image - low) / (high - low) * 255


def pair(name, before, after, low, high, crop=None, zoom=1):
    if crop:
        before, after = before[crop], after[crop]
    images = [numpy.kron(window(i, low, high), numpy.ones((zoom, zoom))) for i in (before, after)]
    gap = numpy.full((images[0].shape[0], 8), 255.0)
    png(os.path.join(out, name + ".png"), numpy.hstack([images[0], gap, images[1]]))
    print(f"{name}: {before.shape}, rms change {numpy.sqrt(numpy.mean((before - after) ** 2)):.3g}")


def dicom_pair(name, source, low, high, *arguments, **options):
    files = source if isinstance(source, list) else [source]
    job = restore(files, *arguments)
    wanted = options.pop("shown", files[0])
    base = os.path.splitext(os.path.basename(wanted))[0]
    made = [f for f in glob.glob(job + "/result/*") if os.path.basename(f).startswith(base)]
    pair(name, values(wanted), values(made[0]), low, high, **options)


def series(folder):
    return sorted(glob.glob(os.path.join(data, folder, "*")))


def decompressed(path):
    dataset = pydicom.dcmread(path)
    dataset.decompress()
    target = os.path.join(tempfile.mkdtemp(), os.path.basename(path))
    dataset.save_as(target)
    return target


def main():
    os.makedirs(out, exist_ok=True)
    mr = series("dicom/mr-series/siemens-prisma-t1-sag-35")
    dicom_pair("mr", mr, 0, 900, shown=mr[17])
    ct = series("dicom/ct-series/ge-head-tilt18.5-28")
    dicom_pair("ct", ct, -10, 90, shown=ct[14], crop=numpy.s_[60:460, 80:440])
    hip = os.path.join(data, "nifti/ct/totalseg-hip-metal/example_ct.nii.gz")
    job = restore([hip], "--recipe", "ct-metal", "--assume", "Modality=CT")
    before = nibabel.load(hip).get_fdata()
    after = nibabel.load(glob.glob(job + "/result/*.nii.gz")[0]).get_fdata()
    metal = (before > 2500).sum(axis=(0, 1)).argmax()
    pair("ct-metal", before[:, ::-1, metal].T, after[:, ::-1, metal].T, -200, 400, zoom=3)
    xray = decompressed(os.path.join(data, "dicom/xray/cr-extremity/RG3_J2KR.dcm"))
    image = values(xray)
    low, high = numpy.percentile(image, [1, 99.5])
    dicom_pair("xray", xray, low, high, crop=numpy.s_[400:1000, 500:1000])
    us = glob.glob(os.path.join(data, "dicom/us/greyscale/*"))[0]
    dicom_pair("us", us, 0, 255, crop=numpy.s_[150:550, 300:700])
    pt = series("dicom/pt")[0]
    image = values(pt)
    dicom_pair("pt", pt, 0, numpy.percentile(image, 99.7), zoom=3)


main()
