"""What an order must be beside its schema: one line a product, and an amount that is the sum of its items. And whose it is."""

import os

import schemathesis

ORDER_ID = os.environ.get("ORDER_ID")
MAX_QUANTITY = 10**6
MAX_AMOUNT = 10**12


def fits(value, most):
    return type(value) in (int, float) and 0 < value <= most and value == int(value)


def is_line(item):
    return (
        isinstance(item, dict)
        and fits(item.get("quantity"), MAX_QUANTITY)
        and fits(item.get("unit_amount"), MAX_AMOUNT)
    )


@schemathesis.hook
def before_call(context, case, kwargs):
    """Of every case, whichever way it was made. What breaks the schema is left as it is."""
    if ORDER_ID and case.operation.path.startswith("/api/orders/{id}"):
        case.path_parameters = {**(case.path_parameters or {}), "id": ORDER_ID}
    body = case.body
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items or not all(is_line(item) for item in items):
        return
    lines = [
        {**item, "quantity": int(item["quantity"]) % 1000 or 1, "unit_amount": int(item["unit_amount"]) % 10**6 or 1}
        for item in items
    ]
    names = [line.get("product_id") for line in lines]
    if any(names.count(name) > 1 for name in names):
        lines = lines[:1]
    total = sum(line["quantity"] * line["unit_amount"] for line in lines)
    case.body = {**body, "items": lines, **({"amount": total} if fits(body.get("amount"), MAX_AMOUNT) else {})}
