"""Classes, errors, generators and files: the language itself, as scripts of some size use it."""

import contextlib
import copy
import csv
import dataclasses
import enum
import glob
import io
import os
import pathlib
import typing


@dataclasses.dataclass(order=True)
class Sale:
    amount: float
    region: str = "North"
    tags: list[str] = dataclasses.field(default_factory=list)

    @property
    def large(self) -> bool:
        return self.amount > 100

    @classmethod
    def parse(cls, text: str) -> "Sale":
        amount, region = text.split("@")
        return cls(float(amount), region)

    @staticmethod
    def unit() -> str:
        return "EUR"


class Colour(enum.Enum):
    RED = 1
    BLUE = "b"


class Money(typing.NamedTuple):
    amount: int
    currency: str = "EUR"


sales = [Sale.parse("120.5@South"), Sale(80), Sale(120.5, "East", ["x"])]
print(sorted(sales), sales[0].large, Sale.unit(), dataclasses.asdict(sales[2]), dataclasses.replace(sales[1], region="West"))
print(Colour.RED, Colour("b"), list(Colour), Colour.RED.name, Money(3), Money(1)._asdict())


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __len__(self):
        return 2

    def __iter__(self):
        yield self.x
        yield self.y

    def __call__(self, factor=2):
        return Vector(self.x * factor, self.y * factor)


print(Vector(1, 2) + Vector(3, 4), Vector(1, 2) == Vector(1, 2), list(Vector(5, 6)), Vector(1, 2)(), len(Vector(0, 0)), Vector(7, 8)[1])


def running(values):
    """A running total."""
    total = 0
    for value in values:
        total += value
        received = yield total
        if received:
            total += received


generator = running([1, 2, 3])
print(next(generator), generator.send(10), list(generator), running.__doc__, running.__name__)


def signature(a, /, b, *rest, c=1, **options):
    return a, b, rest, c, options


print(signature(1, 2, 3, 4, c=5, d=6), signature(*[1, 2], **{"e": 3}), (lambda x, y=2: x**y)(3))


def outer():
    count = 0

    def inner():
        nonlocal count
        count += 1
        return count

    return inner


step = outer()
step()
print(step(), [f(3) for f in [lambda x, i=i: x * i for i in range(3)]])


@contextlib.contextmanager
def told(name):
    print("enter", name)
    try:
        yield name.upper()
    finally:
        print("leave", name)


with told("a") as a, contextlib.suppress(KeyError):
    print(a)
    {}["missing"]

for action in (
    lambda: {}["k"],
    lambda: [][1],
    lambda: int("x"),
    lambda: 1 / 0,
    lambda: "a" + 1,
    lambda: None.x,
    lambda: undefined,  # noqa: F821
    lambda: (1, 2, 3)[5],
    lambda: len(5),
    lambda: hash([]),
):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)


class Trouble(ValueError):
    def __init__(self, code):
        super().__init__(f"trouble {code}")
        self.code = code


try:
    try:
        raise Trouble(7)
    except ValueError as error:
        raise RuntimeError("outer") from error
except RuntimeError as error:
    print(repr(error), repr(error.__cause__), error.__cause__.code)
else:
    print("not reached")
finally:
    print("always")

nested = {"a": [1, {"b": 2}]}
deep = copy.deepcopy(nested)
deep["a"][1]["b"] = 3
print(nested, deep, nested is deep, isinstance(True, int), type(1.0).__name__)
if (n := len(nested)) == 1:
    print(f"{n=} {nested!r:.10} {'nested' if n else 'x'} {n:>{3}}")

with open("notes.txt", "w", encoding="utf-8") as file:
    file.write("first\nzweite Zeile é\n")
    print("third", file=file)
with open("notes.txt", encoding="utf-8") as file:
    print(file.readline().strip(), file.read().split(), file.tell() > 0)
print([line.rstrip() for line in open("notes.txt", encoding="utf-8")], os.path.getsize("notes.txt"), os.path.exists("none"))
with open("table.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, ["name", "note"])
    writer.writeheader()
    writer.writerows([{"name": "a", "note": 'say "hi", twice'}, {"name": "b", "note": "x\ny"}])
with open("table.csv", newline="") as file:
    print(list(csv.DictReader(file)), list(csv.reader(io.StringIO("a;b\n1;2"), delimiter=";")))
path = pathlib.Path("folder/deep/file.txt")
path.parent.mkdir(parents=True)
path.write_text("hello")
print(path.read_text(), path.suffix, path.stem, path.name, path.with_suffix(".md"), sorted(p.name for p in pathlib.Path("folder").rglob("*")))
print(sorted(glob.glob("*.txt")), sorted(os.listdir("folder")), os.path.join("a", "b"), os.path.splitext("x.tar.gz"), os.path.basename("/a/b"))
os.rename("notes.txt", "renamed.txt")
os.remove("renamed.txt")
print(os.path.exists("notes.txt"), os.path.exists("renamed.txt"), os.path.isdir("folder"), os.path.isfile("table.csv"))
try:
    open("nowhere.txt")
except FileNotFoundError as error:
    print(type(error).__name__, error.filename)
