"""Names: an adjective or two, a noun, and now and then what typing people leave behind."""

from __future__ import annotations

from reconcile.sandbox.magento.generator.dice import Dice

_ADJECTIVES = (
    "Alpine",
    "Amber",
    "Breezy",
    "Classic",
    "Coastal",
    "Copper",
    "Everyday",
    "Featherlight",
    "Harbour",
    "Heritage",
    "Juniper",
    "Lakeside",
    "Meadow",
    "Midnight",
    "Nordic",
    "Oslo",
    "Pebble",
    "Quiet",
    "Rambler",
    "Saltwater",
    "Summit",
    "Tidal",
    "Urban",
    "Willow",
)
_LINES = (
    "Café",
    "Drift",
    "Ember",
    "Fern",
    "Grove",
    "Haven",
    "Isle",
    "Loft",
    "Müller",
    "Orchard",
    "Prairie",
    "Ridge",
    "Studio",
    "Trail",
    "Vale",
    "Zephyr",
)
# Stored as typed in the shop, so clients see the entities.
_ODD_NAMES = (
    "{name}&trade;",
    "{name} &amp; Case",
    "{name} &ndash; 50&#37; off",
    "{name} “Größe Ü”",
    "{name}  (B-stock)",
)
_GERMAN_ENDINGS = (" – Größe wählbar", " (neu)", "", " für Draußen")


def name_of(dice: Dice, noun: str, index: int) -> str:
    """A product's name in English; about one in twenty has markup or odd characters."""
    name = f"{dice.pick(_ADJECTIVES)} {dice.pick(_LINES)} {noun}"
    if index % 20 == 7:
        return _ODD_NAMES[index // 20 % len(_ODD_NAMES)].format(name=name)
    return name


def german_name(name: str, index: int) -> str:
    """The name in view ``de``: two thirds of the products were never translated."""
    if index % 3:
        return name
    return f"{name} (DE){_GERMAN_ENDINGS[index // 3 % len(_GERMAN_ENDINGS)]}"
