"""A long DICOM series, made of the slices of a real one."""
import copy
import glob
import os
import tempfile

DATA = os.environ.get("RESTORAD_TEST_DATA", os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "../shared/data"))
SOURCE = "dicom/ct-series/siemens-mct-body-20"


def scene(count, syntax):
    """A folder of `count` slices 1.5 mm apart; `syntax` is plain, rle or jpeg2000."""
    import pydicom
    from pydicom.uid import (
        ExplicitVRLittleEndian, JPEG2000Lossless, RLELossless, generate_uid)

    files = sorted(glob.glob(os.path.join(DATA, SOURCE, "*")))
    if not files:
        raise FileNotFoundError("no real series; set RESTORAD_TEST_DATA")
    slices = [pydicom.dcmread(path) for path in files]
    wanted = {"plain": ExplicitVRLittleEndian, "rle": RLELossless, "jpeg2000": JPEG2000Lossless}
    for dataset in slices:
        # The real ones are anonymous, without these names.
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
            setattr(dataset, keyword, generate_uid(entropy_srcs=["restorad bench", keyword]))
        if dataset.file_meta.TransferSyntaxUID == wanted[syntax]:
            continue
        if dataset.file_meta.TransferSyntaxUID.is_compressed:
            dataset.decompress(generate_instance_uid=False)
        if syntax != "plain":
            dataset.compress(wanted[syntax], generate_instance_uid=False)
    folder = tempfile.mkdtemp(dir=os.environ.get("BENCH_FOLDER"))
    for index in range(count):
        dataset = copy.copy(slices[index % len(slices)])
        uid = generate_uid(entropy_srcs=["restorad bench", str(index)])
        dataset.file_meta = copy.copy(dataset.file_meta)
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = uid
        dataset.InstanceNumber = index + 1
        x, y, z = slices[0].ImagePositionPatient
        dataset.ImagePositionPatient = [x, y, float(z) + 1.5 * index]
        dataset.SliceLocation = float(z) + 1.5 * index
        dataset.save_as(os.path.join(folder, f"{index:04}.dcm"))
    return {"folder": folder}
