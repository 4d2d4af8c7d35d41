"""What the sample shop sells: departments, groups and leaves of its category tree."""

from __future__ import annotations

from dataclasses import dataclass

LETTER_SIZES = ("XS", "S", "M", "L", "XL")
SHOE_SIZES = ("38", "39", "40", "41", "42", "43")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A category that products are put in; ``nouns`` are what its products are called."""

    name: str
    german: str
    nouns: tuple[str, ...]
    sizes: tuple[str, ...] = ()
    attribute_set: str = "Default"


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    german: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Department:
    """``is_active`` False hides the department and leaves its products reachable elsewhere."""

    name: str
    german: str
    groups: tuple[Group, ...] = ()
    is_active: bool = True


def _tops() -> Group:
    return Group(
        "Tops",
        "Oberteile",
        (
            Leaf("Jackets", "Jacken", ("Jacket", "Parka", "Anorak"), LETTER_SIZES, "Clothing"),
            Leaf("Tees", "T-Shirts", ("Tee", "Polo Shirt", "Henley"), LETTER_SIZES, "Clothing"),
            Leaf("Knitwear", "Strick", ("Sweater", "Cardigan"), LETTER_SIZES, "Clothing"),
        ),
    )


def _bottoms() -> Group:
    return Group(
        "Bottoms",
        "Hosen",
        (
            Leaf("Trousers", "Lange Hosen", ("Chino", "Trousers"), LETTER_SIZES, "Clothing"),
            Leaf("Shorts", "Shorts", ("Shorts", "Bermuda"), LETTER_SIZES, "Clothing"),
        ),
    )


_SHOES = Group(
    "Shoes",
    "Schuhe",
    (
        Leaf("Sneakers", "Sneaker", ("Sneaker", "Trainer"), SHOE_SIZES, "Clothing"),
        Leaf("Boots", "Stiefel", ("Boot", "Chelsea Boot"), SHOE_SIZES, "Clothing"),
    ),
)

_KITCHEN = Group(
    "Kitchen",
    "Küche",
    (
        Leaf("Cups & Mugs", "Tassen & Becher", ("Mug", "Espresso Cup"), (), "Home"),
        Leaf("Bowls", "Schalen", ("Bowl", "Serving Dish"), (), "Home"),
        Leaf("Knives", "Messer", ("Chef's Knife", "Bread Knife"), (), "Home"),
    ),
)

_LIVING = Group(
    "Décor",
    "Dekoration",
    (
        Leaf("Vases", "Vasen", ("Vase", "Carafe"), (), "Home"),
        Leaf("Lamps", "Lampen", ("Desk Lamp", "Lantern"), (), "Home"),
        Leaf("日本の器", "Japanische Keramik", ("Tea Bowl", "Sake Set"), (), "Home"),
    ),
)

_CAMPING = Group(
    "Camping",
    "Camping",
    (
        Leaf("Tents", "Zelte", ("Tent", "Tarp"), (), "Default"),
        Leaf("Backpacks", "Rucksäcke", ("Backpack", "Daypack"), (), "Default"),
    ),
)

SERVICES = Leaf("Services", "Dienstleistungen", ("Extended Warranty", "Fitting Service"))
COURSES = Leaf("Courses", "Kurse", ("Video Course", "Pattern Booklet"), (), "Digital")
SETS = Leaf("Gift Sets", "Geschenksets", ("Gift Set", "Starter Kit"), (), "Home")
NEW_IN = Department("New In", "Neuheiten")

# Two groups named "Tops" and two named "Bottoms" share their url_key under different parents.
DEPARTMENTS: tuple[Department, ...] = (
    NEW_IN,
    Department("Women", "Damen", (_tops(), _bottoms(), _SHOES)),
    Department("Men", "Herren", (_tops(), _bottoms())),
    Department("Home & Living", "Haus & Wohnen", (_KITCHEN, _LIVING)),
    Department("Outdoor", "Draußen", (_CAMPING,)),
    Department(
        "More",
        "Mehr",
        (
            Group("Digital & Services", "Digitales & Service", (COURSES, SERVICES)),
            Group("Gifts", "Geschenke", (SETS,)),
        ),
    ),
    Department("Outlet 2019", "Outlet 2019", (_CAMPING,), is_active=False),
)
