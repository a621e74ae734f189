"""Makes the HTJ2K files of Tests/Data/dicom out of MR_small.dcm.

Pinned: pydicom 3.0.2, and ojph_compress 0.9.0 (Debian's openjph-tools) on the path.
"""

import pathlib
import subprocess
import tempfile

import pydicom
from pydicom.encaps import encapsulate

folder = pathlib.Path(__file__).resolve().parents[2] / "Tests/Data/dicom"


def coded(words, rows, columns, options):
    with tempfile.TemporaryDirectory() as scratch:
        source, target = f"{scratch}/x.yuv", f"{scratch}/x.j2c"
        pathlib.Path(source).write_bytes(words)
        subprocess.run(
            ["ojph_compress", "-i", source, "-o", target, "-dims", f"{{{columns},{rows}}}",
             "-num_comps", "1", "-signed", "true", "-bit_depth", "16", "-downsamp", "{1,1}",
             *options], check=True, capture_output=True)
        return pathlib.Path(target).read_bytes()


for name, syntax, options in [
    ("MR_small_htj2k_lossless", "1.2.840.10008.1.2.4.201",
     ["-reversible", "true", "-prog_order", "LRCP"]),
    ("MR_small_htj2k_rpcl", "1.2.840.10008.1.2.4.202",
     ["-reversible", "true", "-prog_order", "RPCL", "-tile_size", "{32,32}"]),
    ("MR_small_htj2k_lossy", "1.2.840.10008.1.2.4.203",
     ["-reversible", "false", "-qstep", "0.0005"]),
]:
    dataset = pydicom.dcmread(folder / "MR_small.dcm")
    frame = coded(dataset.PixelData, dataset.Rows, dataset.Columns, options)
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax.endswith("203"):
        dataset.LossyImageCompression = "01"
    dataset.save_as(folder / f"{name}.dcm")
