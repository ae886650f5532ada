"""Figures: their size, their grid of axes, and how they are saved."""

import os
import unicodedata
import warnings

import _chart
import _host
import numpy as np

from matplotlib import _settings
from matplotlib._alt import describe, title
from matplotlib._panels import Panel
from matplotlib._vega import specification
from matplotlib.artist import Artist
from matplotlib.axes import Axes, _share
from matplotlib.colors import to_rgba
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import Bbox, Scaling, Transform

_FORMATS = ("png", "svg")
_OTHERS = ("jpg", "jpeg", "pdf", "eps", "ps", "tif", "tiff", "webp", "pgf", "raw", "rgba", "svgz", "gif")


class Figure(Artist):
    """A figure."""

    def __init__(self, figsize=None, dpi=None, *, facecolor=None, edgecolor=None, linewidth=0.0, frameon=None, subplotpars=None, tight_layout=None,
                 constrained_layout=None, layout=None, **kwargs):  # fmt: skip
        settings = _settings.rcParams
        super().__init__()
        self.figure = self
        self._size = [float(one) for one in (figsize if figsize is not None else settings["figure.figsize"])]
        if len(self._size) != 2 or not all(0 < one < 1e4 for one in self._size):
            raise ValueError(f"figure size must be positive finite not {figsize}")
        self._dpi = float(settings["figure.dpi"] if dpi is None else dpi)
        self._face = settings["figure.facecolor"] if facecolor is None else facecolor
        self._margins = {key: settings[f"figure.subplot.{key}"] for key in ("left", "right", "bottom", "top", "wspace", "hspace")}
        self._axes = []
        self._current = None
        self._suptitle = self._supxlabel = self._supylabel = None
        self._children = []
        self._legends = []
        self._image = None
        self._saved = False
        self.number = None
        self._name = ""
        self.patch = Artist()
        self.patch.set_facecolor = self.set_facecolor
        self.canvas = _Canvas(self)
        self.subplotpars = self._margins
        unknown = set(kwargs) - {"clear", "FigureClass"}
        if unknown:
            raise AttributeError(f"Figure.set() got an unexpected keyword argument {sorted(unknown)[0]!r}")

    # Axes

    @property
    def axes(self):
        """The axes."""
        return list(self._axes)

    def get_axes(self):
        """The axes."""
        return list(self._axes)

    def _register(self, axes):
        self._axes.append(axes)
        self._current = axes
        return axes

    def add_subplot(self, *args, **kwargs):
        """Adds axes in a grid: rows, columns and index; a number of three digits; or cells of a GridSpec."""
        if kwargs.get("projection") not in (None, "rectilinear") or kwargs.pop("polar", False):
            raise NotImplementedError(f"projection={kwargs.get('projection') or 'polar'!r} is not available; charts here have straight axes in two directions")
        kwargs.pop("projection", None)
        share_x, share_y = kwargs.pop("sharex", None), kwargs.pop("sharey", None)
        spec = self._spec(args)
        axes = Axes(self, spec._place())
        axes._grid_cell = (spec.rows, spec.cols, (spec.grid.nrows, spec.grid.ncols))
        axes._spec = spec
        for first, own in ((share_x and share_x.xaxis, axes.xaxis), (share_y and share_y.yaxis, axes.yaxis)):
            if first:
                _share(first, own)
        self._register(axes)
        axes.set(**kwargs)
        return axes

    def _spec(self, args):
        if not args:
            args = (1, 1, 1)
        if len(args) == 1:
            if isinstance(args[0], SubplotSpec):
                return args[0]
            if isinstance(args[0], GridSpec):
                return args[0][:, :]
            number = int(args[0])
            if not 100 <= number <= 999:
                raise ValueError(f"Integer subplot specification must be a three-digit number, not {args[0]!r}")
            args = tuple(map(int, str(number)))
        if len(args) != 3:
            raise TypeError(f"subplot() takes 1 or 3 positional arguments but {len(args)} were given")
        rows, cols, index = args
        first, last = (index, index) if isinstance(index, int) else index
        if not 1 <= first <= last <= rows * cols:
            raise ValueError(f"num must be an integer with 1 <= num <= {rows * cols}, not {index!r}")
        grid = GridSpec(rows, cols, self)
        (r0, c0), (r1, c1) = divmod(first - 1, cols), divmod(last - 1, cols)
        return SubplotSpec(grid, (min(r0, r1), max(r0, r1) + 1), (min(c0, c1), max(c0, c1) + 1))

    def add_axes(self, *args, **kwargs):
        """Adds axes at left, bottom, width and height in shares of the figure."""
        rect = args[0] if args else kwargs.pop("rect", None)
        if isinstance(rect, Axes):
            return self._register(rect)
        if rect is None:
            raise TypeError("add_axes() missing 1 required positional argument: 'rect'")
        kwargs.pop("projection", None)
        axes = self._register(Axes(self, {"kind": "fixed", "rect": [float(one) for one in rect]}))
        axes.set(**kwargs)
        return axes

    def add_gridspec(self, nrows=1, ncols=1, **kwargs):
        """A grid for axes."""
        return GridSpec(nrows, ncols, self, **kwargs)

    def subplots(self, nrows=1, ncols=1, *, sharex=False, sharey=False, squeeze=True, width_ratios=None, height_ratios=None, subplot_kw=None, gridspec_kw=None):
        """Adds a grid of axes."""
        options = dict(gridspec_kw or {})
        if width_ratios is not None:
            options["width_ratios"] = width_ratios
        if height_ratios is not None:
            options["height_ratios"] = height_ratios
        options = {key: options[key] for key in options if key in ("left", "right", "top", "bottom", "wspace", "hspace", "width_ratios", "height_ratios")}
        return self._subplots(GridSpec(nrows, ncols, self, **options), sharex=sharex, sharey=sharey, squeeze=squeeze, subplot_kw=subplot_kw)

    def _subplots(self, grid, *, sharex=False, sharey=False, squeeze=True, subplot_kw=None):
        names = {True: "all", False: "none"}
        sharex, sharey = names.get(sharex, sharex), names.get(sharey, sharey)
        for name, value in (("sharex", sharex), ("sharey", sharey)):
            if value not in ("all", "none", "row", "col"):
                raise ValueError(f"{value!r} is not a valid value for {name}; supported values are 'all', 'row', 'col', 'none'")
        rows = []
        for row in range(grid.nrows):
            rows.append([])
            for col in range(grid.ncols):
                first = {"all": lambda: rows[0][0], "row": lambda: rows[row][0], "col": lambda: rows[0][col], "none": lambda: None}
                get = lambda how: None if (row, col) == (0, 0) or (how == "row" and col == 0) or (how == "col" and row == 0) else first[how]()  # noqa: E731
                rows[row].append(self.add_subplot(grid[row, col], sharex=get(sharex), sharey=get(sharey), **(subplot_kw or {})))
        for row in range(grid.nrows):
            for col in range(grid.ncols):
                if sharex in ("all", "col") and row < grid.nrows - 1:
                    rows[row][col].xaxis.labels_on.discard("bottom")
                if sharey in ("all", "row") and col > 0:
                    rows[row][col].yaxis.labels_on.discard("left")
        found = np.empty((grid.nrows, grid.ncols), dtype=object)
        for row in range(grid.nrows):
            found[row, :] = rows[row]
        if not squeeze:
            return found
        return found.item() if found.size == 1 else found.squeeze()

    def subplot_mosaic(self, mosaic, *, sharex=False, sharey=False, width_ratios=None, height_ratios=None, empty_sentinel=".", subplot_kw=None, per_subplot_kw=None, gridspec_kw=None):
        """Adds axes by a drawing of their places; answers them by name."""
        if isinstance(mosaic, str):
            lines = mosaic.replace(";", "\n").strip("\n").split("\n") if "\n" in mosaic or ";" in mosaic else [mosaic]
            mosaic = [list(line.strip()) for line in lines if line.strip()]
        grid = GridSpec(len(mosaic), len(mosaic[0]), self, width_ratios=width_ratios, height_ratios=height_ratios, **(gridspec_kw or {}))
        cells = {}
        for row, line in enumerate(mosaic):
            for col, name in enumerate(line):
                if name != empty_sentinel:
                    cells.setdefault(name, []).append((row, col))
        found = {}
        for name, places in cells.items():
            rows, cols = [place[0] for place in places], [place[1] for place in places]
            if (max(rows) - min(rows) + 1) * (max(cols) - min(cols) + 1) != len(places):
                raise ValueError(f"While trying to layout\n{mosaic!r}\nwe found that the label {name!r} specifies a non-rectangular or non-contiguous area.")
            spec = SubplotSpec(grid, (min(rows), max(rows) + 1), (min(cols), max(cols) + 1))
            first = next(iter(found.values()), None)
            found[name] = self.add_subplot(spec, sharex=first if sharex else None, sharey=first if sharey else None, **(subplot_kw or {}))
        return found

    def _index(self, axes):
        return self._axes.index(axes)

    def _twin(self, axes):
        twin = Axes(self, {"kind": "twin", "of": self._index(axes)})
        twin.patch.set_visible(False)
        self._axes.append(twin)
        self._current = twin
        return twin

    def _inset(self, axes, rect):
        inset = Axes(self, {"kind": "inset", "of": self._index(axes), "rect": rect})
        self._axes.append(inset)
        return inset

    def delaxes(self, ax):
        """Takes axes out."""
        index = self._index(ax)
        self._axes.remove(ax)
        for axis in (ax.xaxis, ax.yaxis):
            axis.shared.remove(axis)
            axis.shared = [axis]
        for other in list(self._axes):
            place = other._place
            if place["kind"] in ("twin", "inset"):
                place["of"] -= place["of"] > index
            elif place["kind"] == "beside":
                place["of"] = [one - (one > index) for one in place["of"] if one != index]
        self._current = self._axes[-1] if self._axes else None

    def gca(self):
        """The current axes."""
        return self._current if self._current in self._axes else self.add_subplot()

    def sca(self, a):
        """Makes axes the current ones."""
        self._current = a
        return a

    # Texts and legends

    def suptitle(self, t, **kwargs):
        """Sets the title over all axes."""
        settings = _settings.rcParams
        self._suptitle = self._over(t, {"fontsize": settings["figure.titlesize"], "fontweight": settings["figure.titleweight"], "ha": "center", "va": "top"}, kwargs)
        return self._suptitle

    def supxlabel(self, t, **kwargs):
        """Sets the text below all axes."""
        self._supxlabel = self._over(t, {"fontsize": _settings.rcParams["figure.labelsize"], "ha": "center", "va": "bottom"}, kwargs)
        return self._supxlabel

    def supylabel(self, t, **kwargs):
        """Sets the text to the left of all axes."""
        self._supylabel = self._over(t, {"fontsize": _settings.rcParams["figure.labelsize"], "ha": "left", "va": "center", "rotation": 90}, kwargs)
        return self._supylabel

    def _over(self, text, base, given):
        x, y = given.pop("x", None), given.pop("y", None)
        made = Text(0, 0, text, **{**base, **given})
        if x is not None:
            made._position = [float(x), float(y or 0.98)]
        made.figure = self
        return made

    def get_suptitle(self):
        """The text of the title over all axes."""
        return "" if self._suptitle is None else self._suptitle.get_text()

    def text(self, x, y, s, fontdict=None, **kwargs):
        """Writes a text at a place in shares of the figure."""
        made = Text(x, y, s, **{**(fontdict or {}), **kwargs})
        made._coords = "figure"
        made.figure = self
        self._children.append(made)
        return made

    def add_artist(self, artist, clip=False):
        """Adds an artist in shares of the figure."""
        artist._coords, artist.figure = "figure", self
        self._children.append(artist)
        return artist

    @property
    def texts(self):
        """The texts."""
        return [child for child in self._children if isinstance(child, Text)]

    @property
    def legends(self):
        """The legends."""
        return list(self._legends)

    def legend(self, *args, **kwargs):
        """Draws a legend of all axes."""
        made = Legend.of(self, self._axes, args, {"loc": "upper right", **kwargs})
        made.figure = self
        self._legends.append(made)
        return made

    def _forget(self, artist):
        for group in (self._children, self._legends):
            if artist in group:
                group.remove(artist)

    def colorbar(self, mappable, cax=None, ax=None, use_gridspec=True, *, location=None, orientation=None, fraction=0.15, shrink=1.0, aspect=20,
                 pad=None, label="", ticks=None, format=None, extend=None, drawedges=False, **kwargs):  # fmt: skip
        """Draws the colours of a mappable beside its axes."""
        parents = [ax] if isinstance(ax, Axes) else list(np.ravel(np.array(ax, dtype=object))) if ax is not None else [getattr(mappable, "axes", None) or self.gca()]
        side = location or ("bottom" if orientation == "horizontal" else "right")
        if side not in ("left", "right", "top", "bottom"):
            raise ValueError(f"{side!r} is not a valid value for location; supported values are 'left', 'right', 'top', 'bottom'")
        vertical = side in ("left", "right")
        if pad is None:
            pad = 0.05 if vertical else 0.15
        current = self._current
        if cax is None:
            place = {
                "kind": "beside", "of": [self._index(parent) for parent in parents], "side": side, "shrink": float(shrink),
                "aspect": float(aspect), "pad": float(pad if vertical else min(pad, 0.1)), "fraction": float(fraction),
            }  # fmt: skip
            cax = Axes(self, place)
            self._axes.append(cax)
            for parent in parents:
                parent._bars_beside += vertical
        self._current = current if current is not None else cax
        from matplotlib.colorbar import Colorbar

        return Colorbar(cax, mappable, vertical, side, label, ticks, format)

    # Size, layout

    def set_size_inches(self, w, h=None, forward=True):
        """Sets width and height in inches."""
        self._size = [float(one) for one in (w if h is None else (w, h))]

    def get_size_inches(self):
        """Width and height in inches."""
        return np.array(self._size)

    def get_figwidth(self):
        """The width in inches."""
        return self._size[0]

    def get_figheight(self):
        """The height in inches."""
        return self._size[1]

    def set_figwidth(self, val, forward=True):
        """Sets the width in inches."""
        self._size[0] = float(val)

    def set_figheight(self, val, forward=True):
        """Sets the height in inches."""
        self._size[1] = float(val)

    @property
    def dpi_scale_trans(self):
        """From inches to pixels."""
        return Scaling(self._dpi)

    @property
    def bbox(self):
        """The figure in pixels."""
        return Bbox(0.0, 0.0, self._size[0] * self._dpi, self._size[1] * self._dpi)

    @property
    def transFigure(self):
        """Coordinates as shares of the figure."""
        return Transform("figure", self)

    transSubfigure = transFigure

    def draw(self, renderer=None):
        """Accepted; nothing has to be drawn beforehand."""

    def get_constrained_layout(self):
        """Whether the figure lays itself out: as if not, since it always does."""
        return False

    get_tight_layout = get_constrained_layout

    def get_layout_engine(self):
        """What lays the figure out; none that could be set."""

    @property
    def stale(self):
        """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
        return False

    def get_dpi(self):
        """Pixels an inch."""
        return self._dpi

    def set_dpi(self, val):
        """Sets pixels an inch."""
        self._dpi = float(val)

    dpi = property(get_dpi, set_dpi)

    def set_facecolor(self, color):
        """Sets the background's colour."""
        to_rgba(color)
        self._face = color

    def get_facecolor(self):
        """The background's colour."""
        return to_rgba(self._face)

    def get_children(self):
        """The axes, texts and legends."""
        return [*self._children, *self._axes, *self._legends]

    def get_edgecolor(self):
        """The colour of the edge: none is drawn."""
        return (1.0, 1.0, 1.0, 1.0)

    set_edgecolor = set_linewidth = set_frameon = set_canvas = Artist._accept

    def get_window_extent(self, renderer=None):
        """The figure in pixels."""
        return self.bbox

    def get_supxlabel(self):
        """The text below all axes."""
        return "" if self._supxlabel is None else self._supxlabel.get_text()

    def get_supylabel(self):
        """The text to the left of all axes."""
        return "" if self._supylabel is None else self._supylabel.get_text()

    def subfigures(self, *args, **kwargs):
        """Not offered."""
        raise NotImplementedError("figures in a figure are not available; use GridSpec, or fig.subplot_mosaic")

    def set_layout_engine(self, layout=None, **kwargs):
        """Accepted; axes are always laid out so that nothing overlaps."""

    set_tight_layout = set_constrained_layout = set_layout_engine

    def tight_layout(self, *, pad=1.08, h_pad=None, w_pad=None, rect=None):
        """Accepted; axes are always laid out so that nothing overlaps."""

    def subplots_adjust(self, left=None, bottom=None, right=None, top=None, wspace=None, hspace=None):
        """Sets margins and spaces; nothing overlaps whatever they are."""
        for key, value in (("left", left), ("bottom", bottom), ("right", right), ("top", top), ("wspace", wspace), ("hspace", hspace)):
            if value is not None:
                self._margins[key] = float(value)
        if self._margins["left"] >= self._margins["right"]:
            raise ValueError("left cannot be >= right")
        if self._margins["bottom"] >= self._margins["top"]:
            raise ValueError("bottom cannot be >= top")

    def align_labels(self, axs=None):
        """Accepted."""

    align_xlabels = align_ylabels = align_titles = align_labels

    def autofmt_xdate(self, bottom=0.2, rotation=30, ha="right", which="major"):
        """Turns the texts of dates on the x axes."""
        lowest = [axes for axes in self._axes if axes._grid_cell is None or axes._grid_cell[0][1] == axes._grid_cell[2][0]]
        for axes in self._axes:
            if axes in lowest:
                axes.xaxis._text_style({"rotation": rotation, "ha": ha})
            else:
                axes.xaxis.labels_on.clear()
                axes.xaxis.label.set_text("")

    def clf(self, keep_observers=False):
        """Empties the figure."""
        self._axes.clear()
        self._children.clear()
        self._legends.clear()
        self._current = self._suptitle = self._supxlabel = self._supylabel = None
        self._saved = False

    clear = clf

    def set(self, **kwargs):
        """Sets several properties."""
        for key, value in kwargs.items():
            setter = getattr(self, f"set_{key}", None)
            if setter is None:
                raise AttributeError(f"Figure.set() got an unexpected keyword argument {key!r}")
            setter(value)

    def set_label(self, s):
        """Sets a name."""
        self._name = str(s)

    def get_label(self):
        """The name."""
        return self._name

    def set_visible(self, b):
        """Accepted."""

    def draw_without_rendering(self):
        """Accepted; nothing has to be drawn beforehand."""

    # Saving

    def savefig(self, fname, *, transparent=None, **kwargs):
        """Saves the figure as PNG or SVG, by the name's ending or `format`."""
        settings = _settings.rcParams
        dpi = kwargs.pop("dpi", None)
        dpi = settings["savefig.dpi"] if dpi is None else dpi
        dpi = self._dpi if dpi == "figure" else float(dpi)
        if not dpi > 0:
            raise ValueError(f"dpi must be positive, not {dpi}")
        given = kwargs.pop("format", None)
        is_file = hasattr(fname, "write")
        name = None if is_file else os.fspath(fname)
        form = given
        if form is None and name is not None:
            form = os.path.splitext(name)[1][1:]
            if not form:
                form = settings["savefig.format"]
                name = f"{name}.{form}"
        form = (form or settings["savefig.format"]).lower()
        if form not in _FORMATS:
            kind = "cannot be written here" if form in _OTHERS else "is not an image format"
            raise ValueError(f"Format {form!r} {kind} (supported formats: png, svg); save as .png or .svg")
        face = kwargs.pop("facecolor", None)
        face = settings["savefig.facecolor"] if face is None else face
        face = self._face if face == "auto" else face
        transparent = settings["savefig.transparent"] if transparent is None else transparent
        unknown = set(kwargs) - {"bbox_inches", "pad_inches", "edgecolor", "backend", "metadata", "orientation", "papertype", "pil_kwargs", "bbox_extra_artists"}
        if unknown:
            raise TypeError(f"savefig() got an unexpected keyword argument {sorted(unknown)[0]!r}")
        face = to_rgba(face) if not transparent else (1.0, 1.0, 1.0, 0.0)
        scene, panels = self._scene(face, transparent)
        if is_file:
            alt = self._told(panels, face)[2] if form == "svg" else ""
            fname.write(_chart.render(scene, form, dpi, alt))
            return
        spec, named, alt = self._told(panels, face)
        self._write(name, _chart.render(scene, form, dpi, alt), spec, named, alt)

    def _told(self, panels, face):
        """The specification, the title and the description. A chart that cannot be told is a picture all the same."""
        try:
            read = [Panel(axes, scene, self) for axes, scene in panels if scene["bar"] is None]
            alt = describe(self, read)
            return specification(self, read, alt, face), title(self, read), alt
        except Exception as error:
            warnings.warn(f"this chart has no interactive view and no data view: {error!r}", stacklevel=3)
            return None, self.get_suptitle(), "A chart."

    def _write(self, name, image, spec, title, alt):
        from _glovebox import files

        path = os.path.join(files.OUT, name)
        if any(unicodedata.category(letter) == "Cc" for letter in path):
            raise ValueError(f"the name of a chart's file holds a control character: {name!r}")
        with open(path, "wb") as out:
            out.write(image)
        self._saved = True
        inside = os.path.normpath(os.path.join(files.OUT, path))
        if not inside.startswith(files.OUT + "/"):
            return
        inside = inside[len(files.OUT) + 1 :]
        spec_name = None
        if spec is not None:
            spec_name = os.path.splitext(inside)[0] + ".vl.json"
            with open(os.path.join(files.OUT, spec_name), "w", encoding="utf-8") as out:
                out.write(spec)
        _host.chart(inside, spec_name, title, alt)

    def show(self, warn=True):
        """Writes the figure as the next `chart-N.png`."""
        self.__glovebox_show__()

    def __glovebox_show__(self):
        from matplotlib import pyplot

        if not self._saved and not self._is_empty():
            self.savefig(pyplot._next_name())

    def _is_empty(self):
        return not self._axes and not self._children and self._suptitle is None

    def _scene(self, face, transparent=False):
        for artist in [child for axes in self._axes for child in axes._children if "draw" in vars(child)]:
            artist.draw(None)
        panels = []
        shown = [axes for axes in self._axes if axes._visible]
        places = {self._axes.index(axes): index for index, axes in enumerate(shown)}
        for axes in shown:
            panel = axes._scene()
            place = dict(panel["place"])
            if place["kind"] in ("twin", "inset"):
                if place["of"] not in places:
                    continue
                place["of"] = places[place["of"]]
            elif place["kind"] == "beside":
                place["of"] = [places[one] for one in place["of"] if one in places]
            panel["place"] = place
            if transparent:
                panel["face"] = None
            panels.append((axes, panel))
        scene = {
            "size": self._size,
            "face": face,
            "suptitle": self._over_scene(self._suptitle),
            "supxlabel": self._over_scene(self._supxlabel),
            "supylabel": self._over_scene(self._supylabel),
            "panels": [panel for _, panel in panels],
            "marks": [mark for child in self._children if child._visible for mark in child._marks()],
            "legends": [legend._scene() for legend in self._legends if legend.get_visible()],
        }
        return scene, panels

    @staticmethod
    def _over_scene(text):
        if text is None or not text.get_text() or not text.get_visible():
            return None
        return {**text._styled(), "position": text._position}


class _Canvas:
    __glovebox_quiet__ = True

    def __init__(self, figure):
        self.figure = figure

    def draw(self):
        """Accepted; nothing has to be drawn beforehand."""

    draw_idle = flush_events = draw

    def get_renderer(self):
        """Nothing; sizes need none."""

    def get_width_height(self):
        """Width and height in pixels."""
        return tuple(int(size * self.figure._dpi) for size in self.figure._size)

    def print_png(self, out):
        self.figure.savefig(out, format="png")


