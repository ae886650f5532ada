"""Imports from the library that is kept in memory, and from the folders of a run."""

import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.resources.readers
import importlib.util
import pathlib
import sys

from _glovebox import library


class Loader(importlib.abc.InspectLoader):
    """Loads one module of the library."""

    def __init__(self, path):
        self.path = path

    def create_module(self, spec):
        return None

    def is_package(self, name):
        return library.module(name)[1]

    def get_code(self, name):
        return library.code(name)

    def get_source(self, name):
        return importlib.util.decode_source(library.read(self.path))

    def get_filename(self, name):
        return self.path

    def get_data(self, path):
        return library.read(path)

    def get_resource_reader(self, name):
        return importlib.resources.readers.FileReader(self)


class Finder(importlib.metadata.DistributionFinder):
    """Finds the modules of the library, and the packages that are installed in it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        found = library.module(name)
        if found is None:
            return None
        place, is_package = found
        spec = importlib.machinery.ModuleSpec(name, Loader(place), origin=place, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations.append(place.rpartition("/")[0])
        return spec

    @staticmethod
    def find_distributions(context=importlib.metadata.DistributionFinder.Context()):
        normalize = importlib.metadata.Prepared.normalize
        for name in library.names(library.ROOT):
            project, _, kind = name.rpartition(".")
            known = normalize(project.rpartition("-")[0])
            if kind == "dist-info" and (context.name is None or normalize(context.name) == known):
                yield importlib.metadata.PathDistribution(pathlib.Path(library.ROOT, name))

    @staticmethod
    def invalidate_caches():
        pass


def install(folders):
    """Lets imports find the library first, then modules in `folders`."""
    importers = [importer for importer in sys.meta_path if importer is not importlib.machinery.PathFinder]
    sys.meta_path[:] = [*importers, Finder, importlib.machinery.PathFinder]
    sys.path[:] = folders
    sys.path_importer_cache.clear()
