"""Magento's error bodies: ``{"message", "parameters"?}`` with unfilled placeholders.

The texts are Magento 2.4.7's own; a client recognises errors by them, so they must not be improved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Parameters = Mapping[str, Any] | Sequence[Any]

REQUIRED = '"%fieldName" is required. Enter and try again.'


class MagentoError(Exception):
    """An answer that is not a success; ``body()`` is what goes over the wire."""

    def __init__(self, status: int, message: str, parameters: Parameters | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object Magento sends; no ``parameters`` member when there are none."""
        if self.parameters is None:
            return {"message": self.message}
        return {"message": self.message, "parameters": self.parameters}


def no_route() -> MagentoError:
    return MagentoError(404, "Request does not match any route.")


def unknown_store() -> MagentoError:
    return MagentoError(400, "Specified request cannot be processed.")


def method_not_supported(method: str) -> MagentoError:
    return MagentoError(405, f"The {method} HTTP method is not supported.")


def not_authorized(resource: str) -> MagentoError:
    message = "The consumer isn't authorized to access %resources."
    return MagentoError(401, message, {"resources": resource})


def required(field: str) -> MagentoError:
    return MagentoError(400, REQUIRED, {"fieldName": field})


def not_json() -> MagentoError:
    return MagentoError(400, "Decoding error.")


def wrong_type(field: str, value: str) -> MagentoError:
    """A text where an integer was expected. Magento fills this message in itself."""
    return MagentoError(
        400,
        f'Error occurred during "{field}" processing. The "{value}" value\'s type is invalid. '
        'The "int" type was expected. Verify and try again.',
    )


def page_too_large(limit: int) -> MagentoError:
    return MagentoError(400, "Maximum SearchCriteria pageSize is %max", {"max": limit})


def bad_direction() -> MagentoError:
    message = (
        "The sort order has to be specified as %1 for ascending order or %2 for descending order."
    )
    return MagentoError(400, message, ["ASC", "DESC"])


def unknown_attribute_name(name: str) -> MagentoError:
    """A filter on an EAV entity by something that is no attribute."""
    message = 'The "%1" attribute name is invalid. Reset the name and try again.'
    return MagentoError(400, message, [name])


def internal(report: str) -> MagentoError:
    """An exception inside Magento, such as a column the database does not know."""
    message = f"Internal Error. Details are available in Magento log file. Report ID: {report}"
    return MagentoError(500, message)


def unknown_product() -> MagentoError:
    message = "The product that was requested doesn't exist. Verify the product and try again."
    return MagentoError(404, message)


def unknown_stock_product(sku: str) -> MagentoError:
    """``stockItems/{sku}``; text from the 2.4 source, not seen on the wire."""
    return MagentoError(404, 'The Product with the "%1" SKU doesn\'t exist.', [sku])


def unknown_entity() -> MagentoError:
    message = "The entity that was requested doesn't exist. Verify the entity and try again."
    return MagentoError(404, message)


def no_such(field: str, value: object) -> MagentoError:
    message = "No such entity with %fieldName = %fieldValue"
    return MagentoError(404, message, {"fieldName": field, "fieldValue": value})


def unknown_attribute(code: str) -> MagentoError:
    message = (
        'The attribute with a "%1" attributeCode doesn\'t exist. '
        "Verify the attribute and try again."
    )
    return MagentoError(404, message, [code])


def sign_in_incorrect() -> MagentoError:
    message = (
        "The account sign-in was incorrect or your account is disabled temporarily. "
        "Please wait and try again later."
    )
    return MagentoError(401, message)


def signature_method_not_supported(method: str) -> MagentoError:
    return MagentoError(400, "Signature method %1 is not supported", [method])


def oauth_refused(reason: str) -> MagentoError:
    """Wrong consumer, token, nonce or signature (texts from the 2.4 source)."""
    return MagentoError(401, reason)
