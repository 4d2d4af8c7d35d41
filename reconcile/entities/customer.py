"""A customer: a person who buys, with an account or as a guest. Key: lower-cased e-mail.

Rows of `addresses`: `{id, first_name, last_name, company, phone, address_1, address_2, city,
province, postal_code, country_code, is_default_billing, is_default_shipping}`, texts and booleans;
a part without a value is left out. `id` is the source's id of the address.

`groups` are the customer groups of ours; memberships in others are not looked at. `login` says how
an account came to its way to log in: `carried:<seal>` (the password of the source) or `reset` (a
new one must be asked for).
"""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

CUSTOMER = EntitySpec(
    name="customer",
    plural="customers",
    fields=(
        FieldSpec("email", required=True, personal=True),
        FieldSpec("first_name", personal=True),
        FieldSpec("last_name", personal=True),
        FieldSpec("company_name", personal=True),
        FieldSpec("phone", personal=True),
        FieldSpec("has_account", Kind.BOOLEAN, fixed=True),
        FieldSpec("created_at", Kind.MOMENT, fixed=True),
        FieldSpec("groups", Kind.REFS, refers="customer_group"),
        FieldSpec("addresses", Kind.ROWS, personal=True),
        FieldSpec("login", once=True),
        METADATA,
    ),
    personal=True,
    personal_key=True,
)
