"""Legends."""

from matplotlib import _settings
from matplotlib._arrays import as_list, shape_of
from matplotlib._settings import font_size
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba
from matplotlib.container import BarContainer, Container, ErrorbarContainer, StemContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.offsetbox import DrawingArea, HPacker, OffsetBox, TextArea, VPacker
from matplotlib.text import Text
from matplotlib.transforms import Bbox

LOCATIONS = {
    "best": 0, "upper right": 1, "upper left": 2, "lower left": 3, "lower right": 4, "right": 5, "center left": 6, "center right": 7,
    "lower center": 8, "upper center": 9, "center": 10,
}  # fmt: skip
_NUMBERS = {number: name for name, number in LOCATIONS.items()}
_OUTSIDE = {
    "outside upper center": "upper center", "outside lower center": "lower center", "outside center right": "center right",
    "outside right upper": "center right", "outside left center": "center left", "outside upper right": "upper center",
    "outside upper left": "upper center", "outside lower right": "lower center", "outside lower left": "lower center",
}  # fmt: skip


def entries_of(all_axes):
    """What has a label that does not begin with an underscore, and the labels, in matplotlib's order."""
    handles, labels = [], []
    for axes in all_axes:
        children = [child for child in axes._children if not isinstance(child, Text)]
        groups = [
            [child for child in children if isinstance(child, Line2D)],
            [child for child in children if isinstance(child, Patch)],
            [child for child in children if isinstance(child, Collection)],
        ]
        for handle in [*[one for group in groups for one in group], *axes.containers]:
            label = handle.get_label()
            if label and not label.startswith("_"):
                handles.append(handle)
                labels.append(label)
    return handles, labels


def _key(handle):
    blank = {"pen": None, "marker": None, "patch": False, "face": None, "edge": None, "edge_width": 1.0, "hatch": None, "error": None}
    if isinstance(handle, BarContainer):
        return {**blank, **(handle.patches[0]._key() if handle.patches else {})}
    if isinstance(handle, ErrorbarContainer):
        line, _, bars = handle.lines
        key = {**blank, **(line._key() if line is not None else {})}
        pens = bars[0]._pens() if bars else []
        key["error"] = pens[0] if pens else None
        return key
    if isinstance(handle, StemContainer):
        return {**blank, **handle.markerline._key(), "pen": (handle.stemlines._pens() or [None])[0]}
    if isinstance(handle, (list, tuple)) and not isinstance(handle, Container):
        merged = dict(blank)
        for one in handle:
            merged.update({key: value for key, value in _key(one).items() if value})
        return merged
    return {**blank, **handle._key()} if hasattr(handle, "_key") else blank


class Legend(Artist):
    """A legend: what it shows and how."""

    zorder = 5

    def __init__(self, parent, handles, labels, *, loc=None, numpoints=None, markerscale=None, markerfirst=True, reverse=False, scatterpoints=None,
                 scatteryoffsets=None, prop=None, fontsize=None, labelcolor=None, borderpad=None, labelspacing=None, handlelength=None,
                 handleheight=None, handletextpad=None, borderaxespad=None, columnspacing=None, ncols=1, mode=None, fancybox=None, shadow=None,
                 title=None, title_fontsize=None, framealpha=None, edgecolor=None, facecolor=None, linewidth=None, bbox_to_anchor=None, bbox_transform=None,
                 frameon=None, handler_map=None, title_fontproperties=None, alignment="center", ncol=1, draggable=False):  # fmt: skip
        super().__init__()
        settings = _settings.rcParams
        value = lambda given, name: settings[f"legend.{name}"] if given is None else given  # noqa: E731
        self.axes = parent if hasattr(parent, "legend_") else None
        size = prop.get("size") if isinstance(prop, dict) else None
        self._size = font_size(size if size is not None else value(fontsize, "fontsize"))
        labels = [str(label) for label in labels]
        self._handles = list(handles)
        self.legend_handles = self.legendHandles = self._handles
        color = labelcolor if labelcolor is not None else settings["legend.labelcolor"]
        self._texts = []
        for index, (handle, label) in enumerate(zip(self._handles, labels)):
            text = Text(0, 0, label, fontsize=self._size)
            if isinstance(prop, dict):
                text.update({key: one for key, one in prop.items() if key != "size"})
            if isinstance(color, str) and color in ("linecolor", "markerfacecolor", "mfc", "markeredgecolor", "mec"):
                own = getattr(handle, "get_color", getattr(handle, "get_facecolor", lambda: None))()
                if own is not None:
                    text.set_color(own[0] if isinstance(own, list) else own)
            elif color is not None:
                text.set_color(color[index] if isinstance(color, (list, tuple)) and shape_of(color) and len(color) == len(labels) else color)
            self._texts.append(text)
        if reverse:
            self._handles.reverse()
            self._texts.reverse()
        self._title = Text(0, 0, "" if title is None else title, fontsize=settings["font.size"])
        wanted = title_fontsize if title_fontsize is not None else settings["legend.title_fontsize"]
        if wanted is not None:
            self._title.set_fontsize(wanted)
        if isinstance(title_fontproperties, dict):
            self._title.update(title_fontproperties)
        loc = value(loc, "loc")
        self._free = None
        if isinstance(loc, (tuple, list)):
            self._free, loc = [float(one) for one in loc], "lower left"
        elif isinstance(loc, int):
            if loc not in _NUMBERS:
                raise ValueError(f"{loc!r} is not a valid value for loc; supported values are 0 to 10")
            loc = _NUMBERS[loc]
        self._outside = loc in _OUTSIDE
        loc = _OUTSIDE.get(loc, loc)
        if loc not in LOCATIONS:
            raise ValueError(f"{loc!r} is not a valid value for loc; supported values are {', '.join(map(repr, LOCATIONS))}")
        self._loc = "center right" if loc == "right" else loc
        anchor = None if bbox_to_anchor is None else [float(one) for one in (bbox_to_anchor.bounds if hasattr(bbox_to_anchor, "bounds") else bbox_to_anchor)]
        self._anchor = self._free or anchor
        if self._anchor is not None and self._loc == "best":
            self._loc = "upper right" if len(self._anchor) == 2 else "best"
        self._columns = max(int(ncols if ncols != 1 else ncol), 1)
        self._frame = bool(value(frameon, "frameon"))
        face = value(facecolor, "facecolor")
        edge = value(edgecolor, "edgecolor")
        alpha = value(framealpha, "framealpha")
        self._face = settings["axes.facecolor"] if face == "inherit" else face
        self._edge = settings["axes.edgecolor"] if edge == "inherit" else edge
        self._frame_alpha = 1.0 if value(shadow, "shadow") and framealpha is None else alpha
        self._fancy = bool(value(fancybox, "fancybox"))
        self._shadow = bool(value(shadow, "shadow"))
        self._spaces = {
            "handle_length": float(value(handlelength, "handlelength")),
            "handle_gap": float(value(handletextpad, "handletextpad")),
            "row_gap": float(value(labelspacing, "labelspacing")),
            "column_gap": float(value(columnspacing, "columnspacing")),
            "pad": float(value(borderpad, "borderpad")),
            "edge_gap": 0.0 if self._free else float(value(borderaxespad, "borderaxespad")),
            "marker_scale": float(value(markerscale, "markerscale")),
            "points": int(value(numpoints, "numpoints")),
        }
        if any(not isinstance(label, str) for label in labels):
            raise TypeError("labels must be texts")

    @classmethod
    def of(cls, parent, all_axes, args, given):
        """A legend from the arguments of `legend()`."""
        handles, labels = given.pop("handles", None), given.pop("labels", None)
        if handles is not None and labels is not None:
            pass
        elif handles is not None:
            handles = list(handles)
            labels = [handle.get_label() for handle in handles]
        elif labels is not None:
            handles = cls._plain(all_axes)[: len(as_list(labels))]
        elif not args:
            handles, labels = entries_of(all_axes)
        elif len(args) == 1:
            if args[0] and not isinstance(args[0], str) and hasattr(as_list(args[0])[0], "get_label") and not isinstance(as_list(args[0])[0], str):
                handles = list(args[0])
                labels = [handle.get_label() for handle in handles]
            else:
                labels = [args[0]] if isinstance(args[0], str) else as_list(args[0])
                handles = cls._plain(all_axes)[: len(labels)]
        elif len(args) == 2:
            handles, labels = args
            handles = list(handles)
        else:
            raise TypeError("Invalid arguments to legend: give nothing, labels, or handles and labels")
        labels = as_list(labels) if not isinstance(labels, str) else [labels]
        pairs = [(handle, label) for handle, label in zip(handles, labels) if not str(label).startswith("_")]
        return cls(parent, [pair[0] for pair in pairs], [pair[1] for pair in pairs], **given)

    @staticmethod
    def _plain(all_axes):
        """What labels alone are matched with, in the order of drawing."""
        found = []
        for axes in all_axes:
            lines = [child for child in axes._children if isinstance(child, Line2D) and child._label != "_nolegend_"]
            patches = [child for child in axes._children if isinstance(child, Patch) and getattr(child, "_container", None) is None]
            collections = [child for child in axes._children if isinstance(child, Collection) and child._label != "_nolegend_"]
            found += [*lines, *patches, *collections, *axes.containers]
        return found

    def get_texts(self):
        """The texts."""
        return self._texts

    def findobj(self, match=None, include_self=True):
        """The rows as boxes, when boxes are asked for; else artists."""
        if isinstance(match, type) and issubclass(match, OffsetBox):
            rows = [HPacker([DrawingArea([handle]), TextArea([text])]) for handle, text in zip(self._handles, self._texts)]
            return [VPacker(rows)]
        return super().findobj(match, include_self)

    def get_children(self):
        """The handles and the texts."""
        return [*(handle for handle in self._handles if isinstance(handle, Artist)), *self._texts, self._title]

    def get_window_extent(self, renderer=None):
        """The box in pixels, with its lower left corner at zero."""
        size = self._size
        widths = [text.get_window_extent().width for text in [*self._texts, self._title] if text.get_text()]
        pixels = (self.figure._dpi if self.figure is not None else 100.0) / 72
        key = (self._spaces["handle_length"] + self._spaces["handle_gap"] + 2 * self._spaces["pad"]) * size * pixels
        height = (len(self._texts) + bool(self._title.get_text())) * size * (1 + self._spaces["row_gap"]) * pixels
        return Bbox(0.0, 0.0, max(widths, default=0.0) + key, height)

    def get_frame_on(self):
        """Whether the frame is drawn."""
        return self._frame

    def get_bbox_to_anchor(self):
        """The point or the box that the legend is placed at."""
        return self._anchor

    def get_title(self):
        """The title."""
        return self._title

    def set_title(self, title, prop=None):
        """Sets the title."""
        self._title.set_text(title)
        if isinstance(prop, dict):
            self._title.update(prop)

    def get_lines(self):
        """The handles that are lines."""
        return [handle for handle in self._handles if hasattr(handle, "get_linestyle")]

    def get_patches(self):
        """The handles that are patches."""
        return [handle for handle in self._handles if hasattr(handle, "get_facecolor")]

    def get_frame(self):
        """The frame."""
        return _Frame(self)

    def set_frame_on(self, b):
        """Whether the frame is drawn."""
        self._frame = bool(b)

    draw_frame = set_frame_on

    def get_alignment(self):
        """How the title stands."""
        return "center"

    def set_alignment(self, alignment):
        """Accepted; titles stand over the entries."""

    def set_ncols(self, ncols):
        """Sets the number of columns."""
        self._columns = max(int(ncols), 1)

    def set_loc(self, loc):
        """Sets the place."""
        self._loc = _NUMBERS.get(loc, loc)

    def set_bbox_to_anchor(self, bbox, transform=None):
        """Sets the point or the box that the legend is placed at."""
        self._anchor = [float(one) for one in bbox]

    def set_draggable(self, state, use_blit=False, update="loc"):
        """Accepted; charts do not move."""

    def _scene(self):
        title = self._title._styled() if self._title.get_text() else None
        return {
            "entries": [{"label": text._styled(), "key": _key(handle)} for handle, text in zip(self._handles, self._texts)],
            "title": title,
            "loc": self._loc,
            "anchor": self._anchor,
            "columns": self._columns,
            "frame": self._frame,
            "face": to_rgba(self._face, self._frame_alpha),
            "edge": to_rgba(self._edge),
            "fancy": self._fancy,
            "shadow": self._shadow,
            "size": self._size,
            **self._spaces,
        }


class _Frame:
    __glovebox_quiet__ = True

    def __init__(self, legend):
        self._legend = legend

    def set_facecolor(self, color):
        self._legend._face = color

    def set_edgecolor(self, color):
        self._legend._edge = color

    def set_alpha(self, alpha):
        self._legend._frame_alpha = alpha

    def set_linewidth(self, w):
        self._legend._frame = self._legend._frame and w > 0
