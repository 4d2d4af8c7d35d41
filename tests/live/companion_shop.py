"""A Medusa with the companion, asked as the tool asks it, with every event that it tells noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import requests
from event_recorder import EventRecorder

from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import MedusaShop, SandboxState

HEADERS = {"X-Reconcile-Protocol": "1"}
PATH = "/admin/reconcile/customers"
Row = Mapping[str, Any]


class CompanionShop:
    """Close it at the end."""

    def __init__(self, shop: MedusaShop, recorder: EventRecorder) -> None:
        self.medusa, self._recorder = shop, recorder
        self._http = requests.Session()
        token = self.post("/auth/user/emailpass", self._admin).json()["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._http.close()

    @property
    def _admin(self) -> Row:
        return {"email": self.medusa.admin_email, "password": self.medusa.admin_password}

    def post(self, path: str, body: object, **headers: str) -> requests.Response:
        return self._http.post(self.medusa.url + path, json=body, headers=headers, timeout=120)

    def get(self, path: str, params: object = None, **headers: str) -> requests.Response:
        url = self.medusa.url + path
        return self._http.get(url, params=params, headers=headers, timeout=120)  # type: ignore[arg-type]

    def write(self, *records: Row) -> list[dict[str, Any]]:
        """What became of each record."""
        answer = self.post(PATH, {"customers": records}, **HEADERS)
        assert answer.status_code == 200, answer.text
        told: list[dict[str, Any]] = answer.json()["customers"]
        assert [each["email"] for each in told] == [record["email"] for record in records]
        return told

    def error(self, record: Row) -> str:
        """The code a single record is refused with, "" when it is written."""
        return str(self.write(record)[0].get("error", {}).get("code", ""))

    def listed(self, **filters: object) -> list[dict[str, Any]]:
        answer = self.get(PATH, filters, **HEADERS)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["customers"]
        return found

    def customer(self, identity: str) -> dict[str, Any]:
        (found,) = [each for each in self.listed(limit=1000) if each["id"] == identity]
        return found

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.medusa.database_url) as connection:
            cursor = connection.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def login(self, email: str, password: str) -> requests.Response:
        """A customer's, not the administrator's."""
        body = {"email": email, "password": password}
        url = f"{self.medusa.url}/auth/customer/emailpass"
        return requests.post(url, json=body, timeout=120)

    def events(self) -> list[Row]:
        """Every event since the shop was started: name and data, once no more come."""
        return self._recorder.events()


@contextmanager
def companion_shop(state: SandboxState, folder: Path) -> Iterator[CompanionShop]:
    """An empty shop of its own; `folder` is for what it notes."""
    recorder = EventRecorder(folder)
    with second_shop(state, Layout(extension=recorder.lay_out())) as medusa:
        shop = CompanionShop(medusa, recorder)
        yield shop
        shop.close()


def record(number: int, **parts: object) -> dict[str, Any]:
    """What the tool sends for a new customer; `parts` replace the usual ones, None leaves out."""
    email = f"c{number}@example.com"
    usual = {
        "email": email,
        "source_id": f"magento:customer/{number}",
        "customer": account(email),
        "addresses": [address(number * 10 + 1, is_default_billing=True), address(number * 10 + 2)],
        "login": {"kind": "reset"},
    }
    return {name: part for name, part in {**usual, **parts}.items() if part is not None}


def account(email: str, **parts: object) -> dict[str, Any]:
    return {
        "email": email,
        "first_name": "Ann",
        "last_name": "O'Hara",
        "company_name": None,
        "phone": "+1 2",
        "has_account": True,
        "created_at": "2019-03-01T10:11:12.345Z",
        "metadata": {"kept": "1", "gone": "2"},
        **parts,
    }


def address(number: int, **parts: object) -> dict[str, Any]:
    return {
        "source_id": f"magento:address/{number}",
        "first_name": "Ann",
        "last_name": "O'Hara",
        "company": None,
        "phone": None,
        "address_1": f"{number} Main Street",
        "address_2": None,
        "city": "Austin",
        "province": "us-tx",
        "postal_code": "78701",
        "country_code": "us",
        "is_default_billing": False,
        "is_default_shipping": False,
        **parts,
    }


def marks(addresses: Sequence[Row]) -> list[str | None]:
    """The source ids of addresses, None for one without, sorted."""
    found = [(each["metadata"] or {}).get("source_id") for each in addresses]
    return sorted(found, key=lambda mark: mark or "")
