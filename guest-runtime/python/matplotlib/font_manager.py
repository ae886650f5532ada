"""Fonts: there are DejaVu Sans and DejaVu Sans Mono, whatever is asked for."""

from matplotlib._settings import font_size


class FontProperties(dict):
    """Size, weight and style of a text."""

    __glovebox_quiet__ = True

    def __init__(self, family=None, style=None, variant=None, weight=None, stretch=None, size=None, fname=None, math_fontfamily=None):
        given = {"fontfamily": family, "fontstyle": style, "fontweight": weight, "fontsize": size}
        super().__init__({key: value for key, value in given.items() if value is not None})

    def get_size_in_points(self):
        """The size in points."""
        return font_size(self.get("fontsize"))

    get_size = get_size_in_points

    def get_name(self):
        """The name of the font."""
        return "DejaVu Sans"

    def get_family(self):
        """The family."""
        return [self.get("fontfamily", "sans-serif")]

    def set_size(self, size):
        """Sets the size in points."""
        self["fontsize"] = size

    def set_weight(self, weight):
        """Sets the weight."""
        self["fontweight"] = weight

    def set_style(self, style):
        """Sets the style."""
        self["fontstyle"] = style

    def set_family(self, family):
        """Sets the family."""
        self["fontfamily"] = family


class _Entry:
    def __init__(self, name):
        self.name, self.fname = name, f"{name.replace(' ', '')}.ttf"


class FontManager:
    """The fonts that there are."""

    __glovebox_quiet__ = True

    def __init__(self):
        self.ttflist = [_Entry("DejaVu Sans"), _Entry("DejaVu Sans Mono")]

    def findfont(self, prop, **kwargs):
        """The file of the font that is used."""
        return self.ttflist[0].fname

    def addfont(self, path):
        """Accepted; other fonts are not read."""

    def get_font_names(self):
        """The names of the fonts."""
        return [entry.name for entry in self.ttflist]


fontManager = FontManager()
findfont = fontManager.findfont


def findSystemFonts(fontpaths=None, fontext="ttf"):
    """The files of the fonts that there are."""
    return [entry.fname for entry in fontManager.ttflist]
