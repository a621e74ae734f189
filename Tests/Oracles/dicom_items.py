"""Items of sequences, for the scripts that make DICOM files."""

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence


def item(**values):
    """A data set of attributes; lists of data sets become sequences."""
    result = Dataset()
    for keyword, value in values.items():
        setattr(result, keyword, Sequence(value) if isinstance(value, list) and value
                and isinstance(value[0], Dataset) else value)
    return result
