"""Expected values for Tests/NiftiFormatTests, made with nibabel.

Run with nibabel 5 and numpy: python Tests/Oracles/nifti.py SHARED_DATA_FOLDER
Writes Tests/NiftiFormatTests/Expected/{shared,small,headers}.json.
"""

import json
import pathlib
import sys

import nibabel
import nibabel.arrayproxy
import nibabel.nifti1
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "NiftiFormatTests" / "Expected"


def opened(path):
    """The image, also for a pair whose halves are not compressed alike."""
    packed = path.with_name(path.name.removesuffix(".hdr") + ".img.gz")
    if path.suffix != ".hdr" or path.with_suffix(".img").exists() or not packed.exists():
        return nibabel.load(path)
    header = nibabel.nifti1.Nifti1PairHeader.from_fileobj(path.open("rb"))
    return nibabel.Nifti1Pair(nibabel.arrayproxy.ArrayProxy(str(packed), header), None, header)


def affine(header):
    """LPS and mm: sform, qform or the steps alone, with the header's unit of space applied."""
    if header["sform_code"] > 0:
        matrix = header.get_sform()
    elif header["qform_code"] > 0:
        matrix = header.get_qform()
    else:
        matrix = numpy.diag([*(abs(step) or 1 for step in header["pixdim"][1:4]), 1])
    unit = {1: 1000, 3: 0.001}.get(int(header["xyzt_units"]) & 7, 1)
    matrix = numpy.diag([-unit, -unit, unit, 1]) @ matrix.astype(float)
    return matrix[:3]


def facts(path, root):
    entry = {"path": str(path.relative_to(root))}
    try:
        image = opened(path)
        header = image.header
        if not isinstance(header, nibabel.Nifti1Header) or image.__class__.__name__.startswith("Cifti"):
            return entry | {"outcome": "other"}
        kind = header.get_data_dtype()
        if kind.kind not in "iuf":
            return entry | {"outcome": "unsupported"}
        values = numpy.asarray(image.dataobj, dtype=float).astype(numpy.float32).astype(float)
        finite = values[numpy.isfinite(values)]
    except Exception:
        return entry | {"outcome": "unreadable"}
    matrix = affine(header)
    return entry | {
        "outcome": "image",
        "version": 2 if header.sizeof_hdr == 540 else 1,
        "shape": list(values.shape),
        "type": kind.name,
        "spacing": numpy.linalg.norm(matrix[:, :3], axis=0).tolist(),
        "affine": matrix.ravel().tolist(),
        "sum": finite.sum(),
        "minimum": finite.min(),
        "maximum": finite.max(),
        "excluded": values.size - finite.size,
        "extensions": len(header.extensions),
    }


def folder(root, below):
    names = (".nii", ".nii.gz", ".hdr", ".hdr.gz")
    return [facts(path, root) for path in sorted((root / below).rglob("*")) if path.name.endswith(names)]


def full_header(kind, order):
    """A header with another value in every field."""
    header = kind(endianness=order)
    block = header.structarr
    for place, name in enumerate(block.dtype.names):
        field = block.dtype[name]
        base = field.base
        count = int(numpy.prod(field.shape)) if field.shape else 1
        if base.kind in "iuf":
            if name == "eol_check":
                continue
            numbers = numpy.arange(count) + place + (0.25 if base.kind == "f" else 0)
            block[name] = numbers.reshape(field.shape) if field.shape else numbers[0]
        elif name not in ("magic", "eol_check"):
            block[name] = bytes(65 + (place + index) % 26 for index in range(base.itemsize))
    block["sizeof_hdr"] = header.sizeof_hdr
    block["magic"] = header.single_magic
    block["dim"] = [7, 2, 3, 4, 5, 6, 7, 8]
    block["datatype"] = 16
    fields = {}
    for name in block.dtype.names:
        value = block[name]
        if block.dtype[name].base.kind in "iuf":
            fields[name] = [float(number) for number in numpy.ravel(value)]
        else:
            size = block.dtype[name].itemsize
            fields[name] = list(bytes(value.item()).ljust(size, b"\0"))
    if "eol_check" in fields:
        fields["magic"] += fields.pop("eol_check")
    return {"order": order, "version": 1 if kind is nibabel.Nifti1Header else 2,
            "bytes": header.binaryblock.hex(), "fields": fields}


def store(name, value):
    lines = ",\n".join(json.dumps(entry, sort_keys=True) for entry in value)
    (EXPECTED / name).write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    shared = pathlib.Path(sys.argv[1])
    store("shared.json", folder(shared, "nifti"))
    store("small.json", folder(ROOT / "Data", "nifti"))
    kinds = (nibabel.Nifti1Header, nibabel.Nifti2Header)
    store("headers.json", [full_header(kind, order) for kind in kinds for order in "<>"])
