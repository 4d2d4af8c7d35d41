"""One top-level product and, when it is configurable, its children: all decisions, no records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from reconcile.sandbox.magento.generator.assortment import COURSES, SERVICES, SETS, Leaf
from reconcile.sandbox.magento.generator.attributes import COLOUR_OPTIONS, SIZES, Option
from reconcile.sandbox.magento.generator.categories import categories, sellable_leaves
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.words import name_of

_PLAN, _LOOKS = 1, 2
_NOUN_LETTERS = 2
_CENTS = (95, 99, 0, 50, 90)
CENT = Decimal("0.01")


class Kind(StrEnum):
    """Magento's product types."""

    SIMPLE = "simple"
    CONFIGURABLE = "configurable"
    VIRTUAL = "virtual"
    DOWNLOADABLE = "downloadable"
    BUNDLE = "bundle"
    GROUPED = "grouped"


# Fifty products in a row: 27 simple, 18 configurable, 2 virtual and one of each other type.
# Bundles and grouped products are made of the first simple ones of their row.
_ROW = "sscsscscsscscsscsvscscscsscscsscsdvcscscsscscbscsg"
_COMPONENTS = 4
_KINDS = {
    "s": Kind.SIMPLE,
    "c": Kind.CONFIGURABLE,
    "v": Kind.VIRTUAL,
    "d": Kind.DOWNLOADABLE,
    "b": Kind.BUNDLE,
    "g": Kind.GROUPED,
}
_SPECIAL_LEAVES = {
    Kind.VIRTUAL: SERVICES,
    Kind.DOWNLOADABLE: COURSES,
    Kind.BUNDLE: SETS,
    Kind.GROUPED: SETS,
}
_GOODS = tuple(
    leaf for leaf in sellable_leaves(categories()) if leaf not in _SPECIAL_LEAVES.values()
)
# SKUs that give trouble in URLs, look-ups and spreadsheets. ``{n}`` is the serial number.
_AWKWARD = (
    "{p} {n} blue",
    "{p}/{n}/A",
    "{p}+{n}",
    "{p}#{n}",
    "{p}-{n}-ÄÖ",
    '{p}-{n} "XL"',
    "{p}&{n}",
    "花瓶-{n}",
    "{n}",
    "{p}-{n}.x%20",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One child of a configurable; each part is None when the parent does not vary in it."""

    colour: Option | None
    size: Option | None

    @property
    def label(self) -> str:
        """The option labels as Magento appends them to names and SKUs: ``M-Navy``."""
        return "-".join(one.label for one in (self.size, self.colour) if one is not None)


@dataclass(frozen=True, slots=True)
class Family:
    """A top-level product; ``index`` counts from 0, ``variants`` are empty unless configurable."""

    index: int
    kind: Kind
    leaf: Leaf
    name: str
    sku: str
    price: Decimal
    variants: tuple[Variant, ...]

    @property
    def serial(self) -> int:
        return self.index + 1

    def child_sku(self, number: int) -> str:
        return f"{self.sku}-{self.variants[number].label}"


def kind_of(index: int) -> Kind:
    return _KINDS[_ROW[index % len(_ROW)]]


def components_of(index: int) -> list[int]:
    """Indexes of the simple products that the bundle or grouped product of a row is made of."""
    first = index - index % len(_ROW)
    return [first + n for n, letter in enumerate(_ROW) if letter == "s"][:_COMPONENTS]


def leaf_of(seed: int, index: int) -> Leaf:
    kind = kind_of(index)
    return _SPECIAL_LEAVES.get(kind) or Dice(seed, _PLAN, index).pick(_GOODS)


def variants_of(seed: int, index: int) -> tuple[Variant, ...]:
    """The children of a configurable: two to twelve combinations of colour and size."""
    if kind_of(index) is not Kind.CONFIGURABLE:
        return ()
    dice = Dice(seed, _PLAN, index, 1)
    sizes = [SIZES[label] for label in leaf_of(seed, index).sizes]
    if not sizes:
        return tuple(Variant(one, None) for one in dice.sample(COLOUR_OPTIONS, 2 + dice.below(4)))
    chosen = dice.sample(sizes, dice.between(2, 4))
    colours = dice.sample(COLOUR_OPTIONS, dice.below(4))
    if not colours:
        return tuple(Variant(None, size) for size in chosen)
    pairs = [Variant(colour, size) for colour in colours for size in chosen]
    missing = len(pairs) > 2 and dice.one_in(5)  # a combination that was never made
    return tuple(pairs[:-1] if missing else pairs)


def family(seed: int, index: int) -> Family:
    """Everything decided about the top-level product number ``index`` of a shop."""
    dice = Dice(seed, _LOOKS, index)
    leaf = leaf_of(seed, index)
    noun = dice.pick(leaf.nouns)
    return Family(
        index=index,
        kind=kind_of(index),
        leaf=leaf,
        name=name_of(dice, noun, index),
        sku=_sku(noun, index),
        price=Decimal(dice.between(5, 250) * 100 + dice.pick(_CENTS)) / 100,
        variants=variants_of(seed, index),
    )


def _sku(noun: str, index: int) -> str:
    prefix = "".join(letter for letter in noun.upper() if letter.isalpha())[:_NOUN_LETTERS]
    serial = f"{index + 1:06d}"
    if kind_of(index) is Kind.SIMPLE and index % 7 == 3:
        return _AWKWARD[index // 7 % len(_AWKWARD)].format(p=prefix, n=serial)
    return f"{prefix}-{serial}"
