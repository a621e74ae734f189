"""What a result is worth."""
import numpy

from case import Score


def _psnr(result, scene):
    mask = scene["clean"] > 10
    error = result.astype(float)[mask] - scene["clean"][mask]
    return float(10 * numpy.log10(255**2 / numpy.mean(error**2)))


def _log_field_error(result, scene):
    mask = scene["mask"] > 0
    return float(numpy.std(result.astype(float)[mask] - numpy.log(scene["field"][mask])))


def _rmse(result, scene):
    return float(numpy.sqrt(numpy.mean((result.astype(float) - scene["clean"]) ** 2)))


PSNR = Score("PSNR, dB", _psnr, higher=True, slack=0.1)
LOG_FIELD = Score("of the log field", _log_field_error)
RMSE = Score("RMSE", _rmse)
