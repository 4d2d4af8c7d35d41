"""Who lives where: names in several scripts, and places with and without regions."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_NAMES = (
    "Ada",
    "Çağla",
    "Elif",
    "Jürgen",
    "Maeve",
    "Noah",
    "Olga",
    "Sami",
    "Zoë",
    "美咲",
    "Алёна",
    "Γιώργος",
    "יעל",
    "محمد",
    "Nguyễn",
    "Anne-Marie",
)
LAST_NAMES = (
    "Berg",
    "D'Souza",
    "Juniper",
    "Lindström",
    "O'Hara",
    "Quill",
    "Vogel",
    "Żak",
    "田中",
    "Иванова",
    "Παπαδόπουλος",
    "von der Leyen-Groß",
    "Šimek",
)
EMOJI_NAME = ("Kim 🌵", "Lee & Söhne™")
MIDDLE_NAMES = ("Q", "van", "Mary Ann")
PREFIXES = ("Dr.", "Ms.", "Frau", "Mx.")
SUFFIXES = ("Jr.", "PhD")
COMPANIES = ("Example GmbH", "Société Exemple", "Smith & Sons Ltd.", "株式会社サンプル")
STREETS = ("Mill Lane", "Hauptstraße", "Rue de l'Été", "Oak Avenue", "桜通り", "Łąkowa")


@dataclass(frozen=True, slots=True)
class Region:
    """``id`` is 0 where the country has no list of regions and the text was typed in."""

    code: str
    name: str
    id: int


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to live; ``region`` None where nothing was typed."""

    country: str
    region: Region | None
    city: str
    postcode: str


def _typed(text: str) -> Region:
    return Region(text, text, 0)


MICHIGAN = Region("MI", "Michigan", 33)
NEW_YORK = Region("NY", "New York", 43)
CALIFORNIA = Region("CA", "California", 12)
BAVARIA = Region("BAY", "Bayern", 81)
AMERICAN_PLACES = (
    Place("US", MICHIGAN, "Lansing", "48933"),
    Place("US", CALIFORNIA, "Fresno", "93650"),
    Place("US", NEW_YORK, "Albany", "12203"),
    Place("JP", None, "東京", "100-0001"),
    Place("DE", BAVARIA, "München", "80331"),
    Place("GB", None, "Leeds", "LS1 4AP"),
)
GERMAN_PLACES = (
    Place("DE", BAVARIA, "München", "80331"),
    Place("DE", Region("NRW", "Nordrhein-Westfalen", 88), "Köln", "50667"),
    Place("AT", Region("WI", "Wien", 95), "Wien", "1010"),
    Place("CH", Region("ZH", "Zürich", 129), "Zürich", "8001"),
)
EUROPEAN_PLACES = (
    Place("FR", Region("13", "Bouches-du-Rhône", 194), "Marseille", "13001"),
    Place("FR", Region("75", "Paris", 257), "Paris", "75001"),
    Place("GB", _typed("West Yorkshire"), "Leeds", "LS1 4AP"),
    Place("GB", _typed("Greater London"), "London", "SW1A 1AA"),
    Place("GB", None, "Cardiff", "CF10 1EP"),
    Place("PT", _typed("Açores"), "Ponta Delgada", "9500-150"),
)


def email_of(number: int) -> str:
    """A customer's address. Shops keep the case that was typed; some addresses carry a tag."""
    if number % 10 == 7:
        return f"Customer{number:06d}+Tag@Example.com"
    if number % 10 == 4:
        return f"customer.{number:06d}@mail.example.co.uk"
    return f"customer{number:06d}@example.com"
