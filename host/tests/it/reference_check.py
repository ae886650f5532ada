"""Compares the script modules with their stubs, in both directions; prints a line for each difference.

Runs in the sandbox over the stubs as its inputs. A public name is one without a leading underscore that its module
or class defines itself.
"""

import ast
import importlib
import inspect
import sys
import types

MODULES = {
    "matplotlib_pyplot.pyi": "matplotlib.pyplot",
    "matplotlib_ticker.pyi": "matplotlib.ticker",
    "matplotlib_dates.pyi": "matplotlib.dates",
    "builtins.pyi": "builtins",
}
#: Names that a stub needs for its types alone begin with an underscore or stand in this set.
TYPING = {"Any", "Literal", "Callable", "Iterable", "Iterator", "Sequence", "Mapping", "TypeAlias", "overload"}

differences = []


def is_property(node):
    return any(
        isinstance(d, ast.Name) and d.id == "property" or isinstance(d, ast.Attribute) and d.attr == "setter"
        for d in node.decorator_list
    )


def stub_parameters(node):
    """(name, kind, has default) of each parameter."""
    args, found = node.args, []
    positional = [*args.posonlyargs, *args.args]
    bare = len(positional) - len(args.defaults)
    for index, arg in enumerate(positional):
        found.append((arg.arg, "positional", index >= bare, index >= bare and args.defaults[index - bare] or None))
    if args.vararg:
        found.append((args.vararg.arg, "*", False, None))
    for arg, default in zip(args.kwonlyargs, args.kw_defaults):
        found.append((arg.arg, "keyword", default is not None, default))
    if args.kwarg:
        found.append((args.kwarg.arg, "**", False, None))
    return [parameter for parameter in found if parameter[0] not in ("self", "cls")]


KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def live_parameters(function):
    found = []
    for parameter in inspect.signature(function).parameters.values():
        has = parameter.default is not inspect.Parameter.empty
        found.append((parameter.name, KINDS[parameter.kind], has, parameter.default))
    return [parameter for parameter in found if parameter[0] not in ("self", "cls")]


def compare_parameters(place, node, function):
    try:
        live = live_parameters(function)
    except (TypeError, ValueError):
        return
    stub = stub_parameters(node)
    if [p[:3] for p in stub] != [p[:3] for p in live]:
        differences.append(f"{place}: the stub says {shown(stub)} and the guest {shown(live)}")
        return
    for (name, _, has, default), (_, _, _, value) in zip(stub, live):
        if has and not (isinstance(default, ast.Constant) and default.value is Ellipsis):
            try:
                written = ast.literal_eval(default)
            except ValueError:
                continue
            if written != value:
                differences.append(f"{place}: the default of {name} is {written!r} in the stub and {value!r} in the guest")


def shown(parameters):
    marks = {"positional": "", "*": "*", "keyword": "", "**": "**"}
    words, starred = [], False
    for name, kind, has, _ in parameters:
        if kind == "keyword" and not starred:
            words.append("*")
            starred = True
        starred = starred or kind == "*"
        words.append(f"{marks[kind]}{name}{'=…' if has else ''}")
    return f"({', '.join(words)})"


def public(names):
    return {name for name in names if not name.startswith("_")}


def stub_names(body):
    """The names that a stub's body defines, each with its last definition."""
    found = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            found[node.target.id] = node
        elif isinstance(node, ast.Assign):
            found[node.targets[0].id] = node
        elif isinstance(node, ast.ImportFrom):
            # `from a import b as b` offers b here as well, by the stub of a.
            found.update({alias.asname: node for alias in node.names if alias.asname})
    return {name: node for name, node in found.items() if not name.startswith("_") and name not in TYPING}


def live_class_names(cls, package):
    names = set()
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in package:
            names |= public(vars(base))
            names |= public(getattr(base, "__slots__", ()))
    return names


def compare_class(place, node, cls, package, stubs):
    bases = [stubs[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in stubs]
    stub = {}
    for base in bases:
        stub.update(inherited(base, stubs))
    stub.update(stub_names(node.body))
    live = live_class_names(cls, package)
    for name in sorted(set(stub) - live):
        annotated = isinstance(stub[name], ast.AnnAssign)
        if not annotated:
            differences.append(f"{place}.{name} is in the stub and not in the guest")
    for name in sorted(live - set(stub)):
        differences.append(f"{place}.{name} is in the guest and not in the stub")
    for name in sorted(live & set(stub)):
        if isinstance(stub[name], ast.FunctionDef) and not is_property(stub[name]):
            compare_parameters(f"{place}.{name}", stub[name], getattr(cls, name))
        if isinstance(stub[name], ast.FunctionDef) and ast.get_docstring(stub[name]) is None:
            differences.append(f"{place}.{name} has no docs in the stub")
    constructor = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if constructor is not None:
        compare_parameters(f"{place}()", constructor, cls.__init__)


def inherited(node, stubs):
    names = {}
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in stubs:
            names.update(inherited(stubs[base.id], stubs))
    names.update(stub_names(node.body))
    return names


def stub_classes(trees, module_name):
    """The classes that a stub defines, and those that it imports from other stubs, for what they pass on."""
    found = {}
    for node in trees[module_name].body:
        if isinstance(node, ast.ImportFrom) and node.module in trees:
            others = stub_classes(trees, node.module)
            found.update({alias.name: others[alias.name] for alias in node.names if alias.name in others})
        elif isinstance(node, ast.ClassDef):
            found[node.name] = node
    return found


def compare(trees, module_name):
    tree = trees[module_name]
    if ast.get_docstring(tree) is None:
        differences.append(f"{module_name} has no docs in the stub")
    module = importlib.import_module(module_name)
    package = {module_name.partition(".")[0]}
    stub = stub_names(tree.body)
    stubs = stub_classes(trees, module_name)
    if module_name == "builtins":
        live = {"display", "params"}
    else:
        live = {
            name
            for name in public(vars(module))
            if not isinstance(vars(module)[name], types.ModuleType)
            or vars(module)[name].__name__.partition(".")[0] in package
        }
        live = {name for name in live if belongs(vars(module)[name], package)}
    submodules = {name for name in live if isinstance(getattr(module, name), types.ModuleType)}
    for name in sorted(set(stub) - live):
        if not hasattr(module, name) and not only_a_type(stub[name], module, name):
            differences.append(f"{module_name}.{name} is in the stub and not in the guest")
    for name in sorted(live - set(stub) - submodules):
        differences.append(f"{module_name}.{name} is in the guest and not in the stub")
    for name in sorted(live & set(stub)):
        place, node, value = f"{module_name}.{name}", stub[name], getattr(module, name)
        if isinstance(node, ast.ClassDef) and isinstance(value, type):
            compare_class(place, node, value, package, stubs)
        elif isinstance(node, ast.FunctionDef):
            if ast.get_docstring(node) is None:
                differences.append(f"{place} has no docs in the stub")
            if callable(value) and not isinstance(value, type):
                compare_parameters(place, node, value)


def belongs(value, package):
    home = getattr(value, "__module__", None)
    if isinstance(value, types.ModuleType):
        return True
    return home is None or home.partition(".")[0] in package or home.startswith("_")


def only_a_type(node, module, name):
    """Classes that a script meets as values but cannot name through the module, such as what group_by returns."""
    return isinstance(node, (ast.ClassDef, ast.Assign, ast.AnnAssign))


trees = {}
for file, module_name in MODULES.items():
    with open(file) as source:
        trees[module_name] = ast.parse(source.read())
for module_name in trees:
    compare(trees, module_name)
print(f"{len(differences)} differences")
for difference in differences:
    print(difference)
