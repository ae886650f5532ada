"""Shares of a whole: pies and rings."""

import math

from matplotlib._arrays import as_list, name_of, numbers
from matplotlib.artist import named
from matplotlib.collections import color_list
from matplotlib.patches import Wedge
from matplotlib.plots_lines import column_of


class Shares:
    """What axes can draw of shares."""

    def pie(self, x, explode=None, labels=None, colors=None, autopct=None, pctdistance=0.6, shadow=False, labeldistance=1.1, startangle=0,
            radius=1, counterclock=True, wedgeprops=None, textprops=None, center=(0, 0), frame=False, rotatelabels=False, *, normalize=True,
            hatch=None, data=None):  # fmt: skip
        """Draws a pie; answers wedges and texts, and with `autopct` the texts of the percentages."""
        x, explode, labels, colors = (column_of(data, one) for one in (x, explode, labels, colors))
        self.set_aspect("equal")
        values = numbers(x).tolist()
        if any(value < 0 for value in values):
            raise ValueError("Wedge sizes 'x' must be non negative values")
        total = math.fsum(values)
        if normalize:
            if total == 0:
                raise ValueError("All wedge sizes are zero")
            shares = [value / total for value in values]
        elif total > 1:
            raise ValueError("Cannot plot an unnormalized pie with sum(x) > 1")
        else:
            shares = values
        names = [""] * len(values) if labels is None else ["" if one is None else str(one) for one in as_list(labels)]
        out = [0.0] * len(values) if explode is None else numbers(explode).tolist()
        if len(names) != len(values):
            raise ValueError(f"'labels' must be of length 'x', not {len(names)}")
        if len(out) != len(values):
            raise ValueError(f"'explode' must be of length 'x', not {len(out)}")
        palette = color_list(colors)
        hatches = [hatch] if hatch is None or isinstance(hatch, str) else list(hatch)
        given, texts_given = named(wedgeprops or {}), dict(textprops or {})
        wedges, texts, percentages = [], [], []
        angle = startangle / 360
        cx, cy = center
        pie = (cx, cy), startangle, 1 if counterclock else -1
        for index, (share, name, away) in enumerate(zip(shares, names, out)):
            if share != share:
                share = 0.0
            end = angle + share if counterclock else angle - share
            middle = 2 * math.pi * 0.5 * (angle + end)
            px, py = cx + away * math.cos(middle), cy + away * math.sin(middle)
            options = {"facecolor": palette[index % len(palette)] if palette else self._color("patch"), "hatch": hatches[index % len(hatches)], **given}
            width = options.pop("width", None)
            wedge = Wedge((px, py), radius, 360.0 * min(angle, end), 360.0 * max(angle, end), width=width, **options)
            wedge._clip = False
            wedge._label = name or f"_child{len(self._children)}"
            wedge._share = share
            wedge._pie = pie
            wedge._names = {"value": name_of(x), "label": name_of(labels)}
            wedge._value = values[index]
            wedges.append(self._add(wedge))
            if labeldistance is not None:
                tx, ty = px + labeldistance * radius * math.cos(middle), py + labeldistance * radius * math.sin(middle)
                options = {"ha": "left" if tx > px else "right", "va": "center", "fontsize": "medium", **texts_given}
                if rotatelabels:
                    options["rotation"] = math.degrees(middle) + (0 if tx > px else 180)
                texts.append(self.text(tx, ty, name, **options))
            if autopct is not None:
                tx, ty = px + pctdistance * radius * math.cos(middle), py + pctdistance * radius * math.sin(middle)
                if callable(autopct):
                    text = autopct(100.0 * share)
                elif isinstance(autopct, str):
                    text = autopct % (100.0 * share)
                else:
                    raise TypeError("autopct must be callable or a format string")
                percentages.append((tx, ty, text))
            angle = end
        percentages = [self.text(*one, **{"ha": "center", "va": "center", **texts_given}) for one in percentages]
        if not frame:
            self._frame = False
            self.xaxis.set_visible(False)
            self.yaxis.set_visible(False)
            self.set_xlim(-1.25 + cx, 1.25 + cx)
            self.set_ylim(-1.25 + cy, 1.25 + cy)
        return (wedges, texts) if autopct is None else (wedges, texts, percentages)


