"""Twelve loops in plain Python, as analysts write them. Each function is measured by itself."""

import json
import re


def sum_of_integers():
    total = 0
    for i in range(400_000):
        total += i * i % 7
    return total


def counting_words():
    counts = {}
    for i in range(300_000):
        word = "word" + str(i % 1000)
        counts[word] = counts.get(word, 0) + 1
    return len(counts)


def joining_texts():
    parts = []
    for i in range(200_000):
        parts.append("%d:%s" % (i, "x"))
    return len(",".join(parts))


def sorting_pairs():
    pairs = [(i * 7919 % 100_003, str(i)) for i in range(60_000)]
    pairs.sort(key=lambda pair: (pair[0], pair[1]))
    return pairs[0]


class Account:
    def __init__(self):
        self.balance = 0

    def put(self, amount):
        self.balance += amount
        return self


def calling_methods():
    account = Account()
    for i in range(250_000):
        account.put(i)
    return account.balance


def recursing():
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    return fib(23)


def arithmetic_of_floats():
    x, y, z, moved = 0.1, 0.2, 0.3, 0.01
    for _ in range(250_000):
        x, y, z = x + moved * (y - x) * 10.0, y + moved * (x * (28.0 - z) - y), z + moved * (x * y - 8.0 / 3.0 * z)
    return x


def reading_and_writing_json():
    rows = [{"id": i, "name": f"row {i}", "values": [i, i / 3, None, True]} for i in range(12_000)]
    return len(json.loads(json.dumps(rows)))


def matching_patterns():
    pattern = re.compile(r"(\w+)@(\w+)\.com")
    text = " ".join(f"user{i}@host{i % 10}.com and more" for i in range(12_000))
    return len(pattern.findall(text))


def sieving():
    limit = 400_000
    sieve = bytearray([1]) * limit
    for i in range(2, 633):
        if sieve[i]:
            for j in range(i * i, limit, i):
                sieve[j] = 0
    return sum(sieve)


def comprehending():
    return sum(len([x for x in range(i % 100) if x % 3]) for i in range(8_000))


def generating():
    def walk(n):
        for i in range(n):
            if i % 2:
                yield i

    return sum(x for x in walk(500_000))
