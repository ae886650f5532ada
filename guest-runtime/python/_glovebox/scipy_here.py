"""What scipy does differently here: a function of its newest version is mended."""

from scipy import stats
from scipy.stats import _stats_py


def install():
    _stats_py._parse_kstest_args = kstest_arguments(_stats_py._parse_kstest_args)


def kstest_arguments(parse):
    """Lets `kstest(x, "norm", args=(mean, deviation))` take its arguments, which scipy 1.18.1 hands to `special.ndtr`."""

    def parse_with_arguments(data1, data2, args, N):
        if args and isinstance(data2, str) and data2 == "norm":
            data2 = stats.norm.cdf
        return parse(data1, data2, args, N)

    return parse_with_arguments
