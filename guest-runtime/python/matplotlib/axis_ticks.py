"""Where an axis has ticks, how they are written, and how they and the grid look."""

import numpy as np

from matplotlib import ticker
from matplotlib._arrays import as_list
from matplotlib.axis_texts import GridLine, OffsetText, Tick, TickLabel, TickLine, angle
from matplotlib.text import Text


class Ticks:
    """What an axis can set and tell of its ticks."""

    def set_major_locator(self, locator):
        """Sets what decides where ticks stand."""
        self.locator["major"] = locator
        self._default["locator"] = False
        self._fixed_labels = False
        locator.set_axis(self)

    def set_minor_locator(self, locator):
        """Sets what decides where minor ticks stand."""
        self.locator["minor"] = locator
        locator.set_axis(self)

    def set_major_formatter(self, formatter):
        """Sets what writes the ticks: a formatter, a function of value and position, or a format such as `{x:,.0f}`."""
        self.formatter["major"] = self._formatter(formatter)
        self._default["formatter"] = False
        self._fixed_labels = False
        self._labels = {}

    def set_minor_formatter(self, formatter):
        """Sets what writes the minor ticks."""
        self.formatter["minor"] = self._formatter(formatter)

    def _formatter(self, formatter):
        if isinstance(formatter, str):
            formatter = ticker.StrMethodFormatter(formatter)
        elif callable(formatter) and not isinstance(formatter, ticker.Formatter):
            formatter = ticker.FuncFormatter(formatter)
        if not isinstance(formatter, ticker.Formatter):
            raise TypeError(f"a Formatter, a function or a format text is needed, not {type(formatter).__name__}")
        formatter.set_axis(self)
        return formatter

    def get_major_locator(self):
        """What decides where ticks stand."""
        return self.locator["major"]

    def get_major_formatter(self):
        """What writes the ticks."""
        return self.formatter["major"]

    def get_minor_locator(self):
        """What decides where minor ticks stand."""
        return self.locator["minor"]

    def get_majorticklocs(self):
        """The places of the ticks."""
        return np.asarray(self.locator["major"](), dtype=float)

    def get_minorticklocs(self):
        """The places of the minor ticks that no tick covers."""
        major = self.get_majorticklocs()
        low, high = sorted(self.get_view_interval())
        near = abs(high - low) * 1e-5
        minor = np.asarray(self.locator["minor"](), dtype=float)
        if not minor.size or not major.size:
            return minor
        return minor[np.abs(minor[:, None] - major[None, :]).min(axis=1) >= near]

    def get_ticklocs(self, *, minor=False):
        """The places of the ticks."""
        return self.get_minorticklocs() if minor else self.get_majorticklocs()

    def set_ticks(self, ticks, labels=None, *, minor=False, **kwargs):
        """Sets the places of the ticks, and their texts."""
        if isinstance(labels, dict):
            raise TypeError("labels must be a sequence of texts")
        if labels is None and kwargs:
            first = next(iter(kwargs))
            raise ValueError(
                f"Incorrect use of keyword argument {first!r}. Keyword arguments other than 'minor' modify the text labels and can "
                "only be used if 'labels' are passed as well."
            )
        places = self.convert_any(ticks) if len(as_list(ticks)) else []
        which = "minor" if minor else "major"
        for one in self.shared if not minor else [self]:
            one.locator[which] = ticker.FixedLocator(places)
            one.locator[which].set_axis(one)
            if not minor:
                one._default["locator"] = False
                one._fixed_labels = True
        if places and not self._is_empty_view():
            low, high = self.get_view_interval()
            self._grow(min(places), max(places), low, high)
        if labels is not None:
            self.set_ticklabels(labels, minor=minor, **kwargs)
        return [Tick(label) for label in self.get_ticklabels(minor)]

    def _is_empty_view(self):
        return False

    def _grow(self, first, last, low, high):
        """As in matplotlib, the view takes in every tick that is set."""
        a, b = min(low, high), max(low, high)
        if first < a or last > b:
            a, b = min(a, first), max(b, last)
            for one in self.shared:
                one.limits = (b, a) if low > high else (a, b)
                if one.auto:
                    one._widened = (a, b)
                    one.auto = False

    def set_ticklabels(self, labels, *, minor=False, fontdict=None, **kwargs):
        """Sets the texts of the ticks."""
        labels = [label.get_text() if isinstance(label, Text) else str(label) for label in as_list(labels)]
        which = "minor" if minor else "major"
        locator = self.locator[which]
        if isinstance(locator, ticker.FixedLocator):
            if len(labels) != len(locator.locs) and labels:
                raise ValueError(
                    f"The number of FixedLocator locations ({len(locator.locs)}), usually from a call to set_ticks, does not match "
                    f"the number of labels ({len(labels)})."
                )
            named = dict(zip(locator.locs, labels))
            self.formatter[which] = ticker.FuncFormatter(lambda x, pos: named.get(x, ""))
        else:
            self.formatter[which] = ticker.FixedFormatter(labels)
        self.formatter[which].set_axis(self)
        if not minor:
            self._default["formatter"] = False
            self._fixed_labels = True
            self._labels = {}
        self._text_style({**(fontdict or {}), **kwargs}, which)
        return self.get_ticklabels(minor=minor)

    def _text_style(self, given, which="major"):
        style = self.style[which]
        names = {
            "rotation": "rotation", "fontsize": "labelsize", "size": "labelsize", "color": "labelcolor", "c": "labelcolor",
            "ha": "ha", "horizontalalignment": "ha", "va": "va", "verticalalignment": "va", "rotation_mode": "mode",
            "fontweight": "weight", "weight": "weight",
        }  # fmt: skip
        for key, value in given.items():
            if key in names:
                style[names[key]] = angle(value) if key == "rotation" else value
            elif key not in ("fontfamily", "family", "fontname", "fontproperties", "fontstyle", "style", "alpha", "wrap", "visible", "y", "x", "linespacing", "ma"):
                raise AttributeError(f"Text.set() got an unexpected keyword argument {key!r}")

    def get_ticklabels(self, minor=False, which=None):
        """The texts of the ticks."""
        which = which or ("minor" if minor else "major")
        locs = self.get_ticklocs(minor=which == "minor")
        texts = self.formatter[which].format_ticks(locs)
        found = []
        for index, (loc, text) in enumerate(zip(locs.tolist(), texts)):
            label = self._labels.get(index)
            if label is None:
                label = self._labels[index] = TickLabel(self, index)
                if self._labels.get(0) is not None:
                    # As in matplotlib, a tick that comes later looks like the first one.
                    label._visible, label._changed_color = self._labels[0]._visible, self._labels[0]._changed_color
            label._text = text
            label._x, label._y = (loc, 0) if self.name == "x" else (0, loc)
            found.append(label)
        return found

    def get_majorticklabels(self):
        """The texts of the ticks."""
        return self.get_ticklabels()

    def get_minorticklabels(self):
        """The texts of the minor ticks."""
        return self.get_ticklabels(minor=True) if self._minor_texts() else []

    def _minor_texts(self):
        return not isinstance(self.formatter["minor"], ticker.NullFormatter)

    def get_minor_formatter(self):
        """What writes the minor ticks."""
        return self.formatter["minor"]

    def get_data_interval(self):
        """The least and the greatest value of the data."""
        reaches = [one.axes._reach(self.name) for one in self.shared]
        return min(one[0] for one in reaches), max(one[1] for one in reaches)

    def set_view_interval(self, vmin, vmax, ignore=False):
        """Sets the limits."""
        self.set_limits(vmin, vmax)

    def set_data_interval(self, vmin, vmax, ignore=False):
        """Accepted; the data's reach is found when it is asked for."""

    def get_ticklines(self, minor=False):
        """The lines of the ticks; what is set for one holds for all."""
        return [TickLine(self, "minor" if minor else "major")]

    get_majorticklines = get_ticklines

    def get_minorticklines(self):
        """The lines of the minor ticks; what is set for one holds for all."""
        return self.get_ticklines(minor=True)

    def get_gridlines(self):
        """The lines of the grid; what is set for one holds for all."""
        return [GridLine(self)]

    @property
    def offsetText(self):
        """The text of the shared factor."""
        return self.get_offset_text()

    def get_minor_ticks(self, numticks=None):
        """The minor ticks; only their labels can be changed."""
        return [Tick(label) for label in self.get_minorticklabels()]

    def get_major_ticks(self, numticks=None):
        """The ticks; only their labels can be changed."""
        return [Tick(label) for label in self.get_ticklabels()]

    def set_tick_params(self, which="major", reset=False, **kwargs):
        """Sets how ticks, their texts and the grid look."""
        for one in ("major", "minor"):
            if which in (one, "both"):
                self._tick_params(one, kwargs)

    def _tick_params(self, which, given):
        style = self.style[which]
        for key, value in given.items():
            if key in ("length", "width", "pad", "labelsize", "direction"):
                style[key] = value
            elif key == "size":
                style["length"] = value
            elif key == "color":
                style["color"] = value
            elif key == "colors":
                style["color"] = style["labelcolor"] = value
            elif key == "labelcolor":
                style["labelcolor"] = value
            elif key in ("rotation", "labelrotation"):
                style["rotation"] = angle(value)
            elif key == "labelrotation_mode":
                style["mode"] = value
            elif key in self.sides:
                (self.ticks_on.add if value else self.ticks_on.discard)(key)
            elif key.startswith("label") and key[5:] in self.sides:
                (self.labels_on.add if value else self.labels_on.discard)(key[5:])
            elif key.startswith("grid_"):
                if self.grids[which] is None:
                    self.grids[which] = None
                else:
                    self.grids[which][key[5:]] = value
            elif key in ("bottom", "top", "left", "right", "labelbottom", "labeltop", "labelleft", "labelright", "zorder", "labelfontfamily"):
                continue
            else:
                raise ValueError(f"keyword {key} is not recognized; valid keywords are size, width, color, length, pad, labelsize, labelcolor, labelrotation, direction, colors, bottom, top, left, right, labelbottom, labeltop, labelleft, labelright, grid_color, grid_alpha, grid_linewidth, grid_linestyle")

    def tick_bottom(self):
        """Puts ticks and labels below."""
        self._tick_side("bottom")

    def tick_top(self):
        """Puts ticks and labels above."""
        self._tick_side("top")

    def tick_left(self):
        """Puts ticks and labels to the left."""
        self._tick_side("left")

    def tick_right(self):
        """Puts ticks and labels to the right."""
        self._tick_side("right")

    def _tick_side(self, side):
        labels = bool(self.labels_on)
        self.ticks_on = {side}
        self.labels_on = {side} if labels else set()

    def set_ticks_position(self, position):
        """Puts the ticks on one side, on `both` or on none."""
        if position in self.sides:
            self._tick_side(position)
        else:
            self.ticks_on = set(self.sides) if position == "both" else {self.sides[0]} if position == "default" else set()

    def set_label_position(self, position):
        """Puts the label on a side."""
        if position not in self.sides:
            raise ValueError(f"{position!r} is not a valid value for position; supported values are {', '.join(map(repr, self.sides))}")
        self.label_side = position

    def get_label_position(self):
        """The side of the label."""
        return self.label_side

    def get_label(self):
        """The label."""
        return self.label

    def get_label_text(self):
        """The label's text."""
        return self.label.get_text()

    def set_label_text(self, label, fontdict=None, **kwargs):
        """Sets the label's text."""
        self.label.set_text(label)
        self.label.update({**(fontdict or {}), **kwargs})
        return self.label

    def set_label_coords(self, x, y, transform=None):
        """Accepted; labels are placed so that nothing overlaps."""

    def get_offset_text(self):
        """The text of the shared factor."""
        return OffsetText(self)

    def grid(self, visible=None, which="major", **kwargs):
        """Draws grid lines, or takes them away."""
        for one in ("major", "minor"):
            if which in (one, "both"):
                if visible is None:
                    on = bool(kwargs) or self.grids[one] is None
                else:
                    on = bool(visible)
                self.grids[one] = {**(self.grids[one] or {}), **kwargs} if on else None
