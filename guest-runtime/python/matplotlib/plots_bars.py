"""Bars and the values written on them."""

import datetime
import math

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import array_of, as_list, shape_of
from matplotlib.artist import named
from matplotlib.collections import color_list
from matplotlib.colors import is_color_like
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle
from matplotlib.plots_lines import column_of, named_along


class Bars:
    """What axes can draw of bars."""

    def bar(self, x, height, width=0.8, bottom=None, *, align="center", data=None, **kwargs):
        """Draws upright bars."""
        x, height, width, bottom = (column_of(data, one) for one in (x, height, width, bottom))
        return self._bars_of("vertical", x, height, width, bottom, align, named(kwargs))

    def barh(self, y, width, height=0.8, left=None, *, align="center", data=None, **kwargs):
        """Draws lying bars."""
        y, width, height, left = (column_of(data, one) for one in (y, width, height, left))
        return self._bars_of("horizontal", y, width, height, left, align, named(kwargs))

    def _bars_of(self, orientation, place, length, thick, base, align, given):
        upright = orientation == "vertical"
        along, across = (self.xaxis, self.yaxis) if upright else (self.yaxis, self.xaxis)
        color = given.pop("color", None)
        facecolor = given.pop("facecolor", None)
        edge = given.pop("edgecolor", None)
        line = given.pop("linewidth", None)
        hatch = given.pop("hatch", None)
        label = given.pop("label", "")
        tick_label = given.pop("tick_label", None)
        log = given.pop("log", False)
        xerr, yerr = given.pop("xerr", None), given.pop("yerr", None)
        error_options = dict(given.pop("error_kw", None) or {})
        error_options.setdefault("capsize", given.pop("capsize", _settings.rcParams["errorbar.capsize"]))
        error_options.setdefault("ecolor", given.pop("ecolor", "k"))
        if align not in ("center", "edge"):
            raise ValueError(f"{align!r} is not a valid value for align; supported values are 'center', 'edge'")
        if log:
            across.set_scale("log")
        places = along.convert_any(place)
        thicks = [_days(one) for one in (array_of(thick).ravel().tolist() if shape_of(thick) else [thick])]
        lengths = across.convert_any(length)
        own = array_of(length)
        # A script that prints a bar's height expects its own number.
        lengths = list(own.ravel()) if own.dtype.kind in "iuf" else lengths
        bases = [0.0] if base is None else across.convert_any(base)
        count = max(map(len, (places, lengths, thicks, bases)))
        for name, values in (("x" if upright else "y", places), ("height" if upright else "width", lengths), ("width" if upright else "height", thicks), ("bottom" if upright else "left", bases)):
            if len(values) not in (1, count):
                raise ValueError(f"shape mismatch: objects cannot be broadcast to a single shape: {name} has {len(values)} values, others have {count}")
        spread = lambda values: values * count if len(values) == 1 and count != 1 else values  # noqa: E731
        places, lengths, thicks, bases = map(spread, (places, lengths, thicks, bases))
        faces = color_list(facecolor if facecolor is not None else color)
        if not faces and (color is None and facecolor is None):
            faces = [self._color("patch")]
        edges = color_list(edge)
        wrong = next((one for one in [*faces, *edges] if not is_color_like(one)), None)
        if wrong is not None:
            raise ValueError(f"'facecolor' or 'color' argument must be a valid color or sequence of colors. {wrong!r} is not one")
        lines = list(as_list(line)) if shape_of(line) else [line]
        hatches = list(hatch) if isinstance(hatch, (list, tuple)) else [hatch]
        if isinstance(label, str) or not shape_of(label):
            texts, whole = ["_nolegend_"] * count, label
        else:
            texts, whole = [str(one) for one in as_list(label)], "_nolegend_"
            if len(texts) != count:
                raise ValueError(f"number of labels ({len(texts)}) does not match number of bars ({count}).")
        patches = []
        zorder, alpha = given.pop("zorder", None), given.pop("alpha", None)
        for i in range(count):
            low = places[i] - thicks[i] / 2 if align == "center" else places[i]
            corner, size = ((low, bases[i]), (thicks[i], lengths[i])) if upright else ((bases[i], low), (lengths[i], thicks[i]))
            patch = Rectangle(corner, *size, facecolor=faces[i % len(faces)] if faces else "none", edgecolor=edges[i % len(edges)] if edges else None,
                              linewidth=lines[i % len(lines)], hatch=hatches[i % len(hatches)], **given)  # fmt: skip
            patch.set_alpha(alpha)
            if zorder is not None:
                patch.zorder = zorder
            patch._label = texts[i]
            patch._sticks = (("y" if upright else "x", bases[i]),)
            patches.append(self._add(patch))
        errorbar = None
        if xerr is not None or yerr is not None:
            ends = [base + length for base, length in zip(bases, lengths)]
            middles = [place if align == "center" else place + thick / 2 for place, thick in zip(places, thicks)]
            error_options.setdefault("label", "_nolegend_")
            first, second = (middles, ends) if upright else (ends, middles)
            errorbar = self.errorbar(first, second, yerr=yerr, xerr=xerr, fmt="none", **error_options)
        container = BarContainer(patches, errorbar, datavalues=np.array(lengths), orientation=orientation, label=whole)
        container._names, container._begins = named_along(upright, place, length), align == "edge"
        for patch in patches:
            patch._container = container
        self.add_container(container)
        if tick_label is not None:
            names = [str(one) for one in as_list(tick_label)] if shape_of(tick_label) else [str(tick_label)] * count
            along.set_ticks(places)
            along.set_ticklabels(names)
        return container

    def bar_label(self, container, labels=None, *, fmt="%g", label_type="edge", padding=0, **kwargs):
        """Writes the values on the bars of a container."""
        if label_type not in ("edge", "center"):
            raise ValueError(f"{label_type!r} is not a valid value for label_type; supported values are 'edge', 'center'")
        upright = container.orientation == "vertical"
        given = dict(kwargs)
        texts = [None] * len(container) if labels is None else as_list(labels)
        paddings = as_list(padding) if shape_of(padding) else [padding] * len(container)
        errors = _error_ends(container.errorbar, upright) if container.errorbar is not None and label_type == "edge" else None
        made = []
        for index, (bar, value, text) in enumerate(zip(container.patches, container.datavalues, texts)):
            x, y, w, h = bar._place()
            middle = x + w / 2 if upright else y + h / 2
            low, size = (y, h) if upright else (x, w)
            end = low + size
            if label_type == "center":
                place, text_value = low + size / 2, size
            else:
                place, text_value = end, end
                if errors is not None and index < len(errors):
                    place = errors[index][1] if size >= 0 else errors[index][0]
            if text is None:
                text = _written(fmt, value if value == value and label_type == "center" else text_value)
            if math.isnan(size):
                text = ""
                place = low if not math.isnan(low) else 0.0
            ahead = 1 if size >= 0 else -1
            inverted = (self.yaxis if upright else self.xaxis).get_inverted()
            offset = paddings[index] * (ahead if label_type == "edge" else 1)
            toward = ahead * (-1 if inverted else 1)
            if label_type == "center":
                ha, va = "center", "center"
            elif upright:
                ha, va = "center", "bottom" if toward > 0 else "top"
            else:
                ha, va = ("left" if toward > 0 else "right"), "center"
            xy = (middle, place) if upright else (place, middle)
            shift = (0, offset * (-1 if inverted else 1)) if upright else (offset * (-1 if inverted else 1), 0)
            options = {"ha": ha, "va": va, **given}
            note = self.annotate(text, xy, shift, textcoords="offset points", **options)
            made.append(note)
        return made

    def broken_barh(self, xranges, yrange, align="bottom", *, data=None, **kwargs):
        """Draws pieces of a bar: pairs of start and length."""
        given = named(kwargs)
        colors = color_list(given.pop("facecolor", given.pop("color", None))) or [self._color("patch")]
        starts = self.xaxis.convert_any([start for start, _ in xranges])
        low = yrange[0] - (yrange[1] / 2 if align == "center" else 0)
        made = []
        for index, (start, (_, length)) in enumerate(zip(starts, xranges)):
            length = _days(length)
            made.append(self._add(Rectangle((start, low), length, yrange[1], facecolor=colors[index % len(colors)], **given)))
        group = BarContainer(made, orientation="horizontal")
        for patch in made:
            patch._group = group
        return made


def _days(value):
    if isinstance(value, np.timedelta64):
        return float(value / np.timedelta64(1, "D"))
    return value.total_seconds() / 86400 if isinstance(value, datetime.timedelta) else float(value)


def _written(fmt, value):
    if callable(fmt):
        return fmt(value)
    if not isinstance(fmt, str):
        raise TypeError("fmt must be a string or callable")
    if "%" in fmt:
        try:
            return fmt % value
        except (TypeError, ValueError):
            pass
    return fmt.format(value)


def _error_ends(errorbar, upright):
    bars = errorbar.lines[2]
    if not bars:
        return None
    index = 1 if upright else 0
    return [(min(a[index], b[index]), max(a[index], b[index])) for a, b in bars[-1]._segments]
