#!/usr/bin/env python3
"""Writes order-keys.txt: order keys by a second implementation over exact fractions, to hold the C# and JavaScript ones against.

    python3 order-keys.py > order-keys.txt
"""
import random
from fractions import Fraction

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def suffix(client):
    """Three digits from FNV-1a over the client's id; the last is never zero."""
    value = 2166136261
    for letter in client:
        value = ((value ^ ord(letter)) * 16777619) & 0xFFFFFFFF
    digits = ""
    for place in range(3):
        digits += DIGITS[1 + value % 61] if place == 2 else DIGITS[value % 62]
        value //= 62
    return digits


def integer_length(key):
    return ord(key[0]) - ord("a") + 2 if key[0] >= "a" else ord("Z") - ord(key[0]) + 2


def integer(key):
    """The integer part as a number: a0 is 0, a1 is 1, b00 is 62, Zz is -1."""
    places = integer_length(key) - 1
    value = 0
    for digit in key[1:1 + places]:
        value = value * 62 + DIGITS.index(digit)
    shorter = sum(62 ** i for i in range(1, places))
    return shorter + value if key[0] >= "a" else -(shorter + 62 ** places - value)


def spell(value):
    below = value < 0
    value = -value - 1 if below else value
    places = 1
    while value >= 62 ** places:
        value -= 62 ** places
        places += 1
    value = 62 ** places - 1 - value if below else value
    digits = ""
    for _ in range(places):
        digits = DIGITS[value % 62] + digits
        value //= 62
    return (chr(ord("Z") - places + 1) if below else chr(ord("a") + places - 1)) + digits


def fraction(key):
    return sum((Fraction(DIGITS.index(digit), 62 ** (i + 1)) for i, digit in enumerate(key[integer_length(key):])), Fraction(0))


def middle(low, high):
    """Digits of a fraction between two; None above is 1."""
    digits = ""
    while True:
        a = int(low * 62)
        low = low * 62 - a
        b = 62 if high is None else int(high * 62)
        if b - a > 1:
            return digits + DIGITS[(a + b) // 2]
        digits += DIGITS[a]
        if high is not None:
            high = None if b - a == 1 else high * 62 - b


def plain(low, high):
    if low is None and high is None:
        return "a0"
    if high is None:
        return spell(integer(low) + 1)
    if low is None:
        return spell(integer(high)) if fraction(high) > 0 else spell(integer(high) - 1)
    if integer(low) == integer(high):
        return spell(integer(low)) + middle(fraction(low), fraction(high))
    after = spell(integer(low) + 1)
    return after if after < high else spell(integer(low)) + middle(fraction(low), None)


def between(low, high, client):
    key = plain(low, high)
    while high is not None and high.startswith(key):
        key = plain(low, key)
    return key + suffix(client)


print("# below above client key; - is no neighbour. Made by order-keys.py, not by the code under test.")
for low, high in [(None, None), ("a0", None), (None, "a0"), ("az", None), (None, "Z0"), ("Zz", "a0"), ("a0", "a1"), ("a0", "a0V"), ("a0", "a01"),
                  ("a0V", "a0W"), ("a0z", "a1"), ("b00", "b01"), ("azz", "b00"), ("bzz", None), (None, "Y00"), ("Z0", "a5"), ("a0001", "a0002"), ("a0", "a00001")]:
    print(low or "-", high or "-", "c1", between(low, high, "c1"))
random.seed(4)
keys = []
for _ in range(60):
    at = random.randrange(len(keys) + 1)
    low, high = keys[at - 1] if at else None, keys[at] if at < len(keys) else None
    client = "client-%d" % random.randrange(3)
    key = between(low, high, client)
    print(low or "-", high or "-", client, key)
    keys.insert(at, key)
assert keys == sorted(keys)
