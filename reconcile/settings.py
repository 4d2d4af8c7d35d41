"""What reconcile.yml says once it is read and its references are filled in: plain values.

config.py builds these; nothing else reads the file or the environment. A `Secret` never shows
itself in a repr, a log or an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Secret(str):
    """A text that prints as stars. Use it like a str where the value itself is needed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class OAuthKeys:
    """A Magento integration: OAuth 1.0a, HMAC-SHA256."""

    consumer_key: Secret
    consumer_secret: Secret
    access_token: Secret
    access_token_secret: Secret


@dataclass(frozen=True, slots=True)
class BearerToken:
    """An integration's access token, for shops that allow it as a bearer."""

    token: Secret


@dataclass(frozen=True, slots=True)
class Login:
    """A user and a password; the token got for them is renewed when it expires."""

    username: str
    password: Secret


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A Medusa secret API key (`sk_...`)."""

    key: Secret


@dataclass(frozen=True, slots=True)
class MagentoSettings:
    """`view` is the store view whose values shoppers see; "" is the default website's default.

    `views` are further store views to read. `concurrency` counts requests under way at once,
    `page_size` records, `timeout` seconds without a byte. `admin` is the address of its
    administration, for links; "" is the shop's own with `/admin`.
    """

    url: str
    auth: OAuthKeys | BearerToken | Login
    admin: str = ""
    view: str = ""
    views: tuple[str, ...] = ()
    concurrency: int = 4
    page_size: int = 300
    timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class MedusaSettings:
    """`sales_channel` and `shipping_profile` are names; "" is the shop's only or default one."""

    url: str
    auth: ApiKey | Login
    sales_channel: str = ""
    shipping_profile: str = ""
    concurrency: int = 2
    timeout: float = 180.0


NO_SECRET = Secret("")


class OrdersMode(StrEnum):
    """What becomes of the order history."""

    COMPANION = "companion"
    """Carried whole, through the companion inside the target."""
    DRAFT = "draft"
    """Draft orders, never converted, for those who only want them visible."""
    SKIP = "skip"
    """Not carried."""


class Passwords(StrEnum):
    """How accounts come to a way to log in."""

    NONE = "none"
    """They get none."""
    RESET = "reset"
    """Customers ask for a new password in the shop."""
    CARRY = "carry"
    """Customers keep theirs; those whose hash is not known ask for a new one."""


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """How customers and orders are carried. `hashes` is the sealed file of password hashes,
    `hash_key` what opens it ("" on a machine that only plans)."""

    orders: OrdersMode = OrdersMode.COMPANION
    passwords: Passwords = Passwords.NONE
    hashes: Path | None = None
    hash_key: Secret = NO_SECRET


@dataclass(frozen=True, slots=True)
class RedirectSettings:
    """How addresses of pages are made: `suffix` ends those of the source (its own setting, which
    its API does not tell), the templates are paths of the target with `{handle}`."""

    suffix: str = ".html"
    product: str = "/products/{handle}"
    category: str = "/categories/{handle}"

    @property
    def templates(self) -> dict[str, str]:
        """By entity."""
        return {"product": self.product, "category": self.category}


class When(StrEnum):
    """Of which runs somebody is told. Differences include failures."""

    ALWAYS = "always"
    DRIFT = "drift"
    FAILURE = "failure"


class Encryption(StrEnum):
    """How the way to a mail server is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """`username` is "" where no login is needed."""

    host: str
    port: int
    encryption: Encryption
    username: str = ""
    password: Secret = NO_SECRET


@dataclass(frozen=True, slots=True)
class Slack:
    """An incoming webhook of Slack. Who knows its address can write there.

    `where` is the place in the settings, `in_clear` says that what is sent crosses a network
    unencrypted; so in all recipients.
    """

    url: Secret
    when: When
    where: str
    in_clear: bool = False
    kind: str = "slack"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Gets JSON, signed when there is a secret."""

    url: Secret
    secret: Secret
    when: When
    where: str
    in_clear: bool = False
    kind: str = "webhook"


@dataclass(frozen=True, slots=True)
class Email:
    """One e-mail to all of `to`."""

    to: tuple[str, ...]
    sender: str
    server: MailServer
    when: When
    where: str
    in_clear: bool = False
    kind: str = "email"


@dataclass(frozen=True, slots=True)
class GithubSummary:
    """The summary of the step of a GitHub job; `file` is None elsewhere."""

    file: Path | None
    when: When
    where: str
    in_clear: bool = False
    kind: str = "github_summary"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A recipient whose settings are wrong here: `why` says so without secrets."""

    kind: str
    why: str
    remedy: str
    when: When
    where: str
    in_clear: bool = False


Recipient = Slack | Webhook | Email | GithubSummary | Unusable


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Who is told what runs find. `link` leads people to more, "" when nothing does."""

    link: str = ""
    to: tuple[Recipient, ...] = ()
    faults: tuple[str, ...] = ()
    """What is wrong with the section itself, in sentences; nobody is left untold for it."""


class PersonalData(StrEnum):
    """How plans that travel as one file hold what the shops hold."""

    ENCRYPTED = "encrypted"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class ArtifactSettings:
    """How a plan is packed. `key` is NO_SECRET where it is packed plainly."""

    personal_data: PersonalData
    key: Secret
