"""What an order must be beside its schema: one line a product, and an amount that is the sum of its items."""

import schemathesis


def is_whole(value):
    return type(value) in (int, float) and 0 < value < 10**15 and value == int(value)


def is_line(item):
    return isinstance(item, dict) and all(is_whole(item.get(name)) for name in ("quantity", "unit_amount"))


@schemathesis.hook
def map_body(context, body):
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(is_line(item) for item in items):
        return body
    lines = [
        {**item, "quantity": int(item["quantity"]) % 1000 or 1, "unit_amount": int(item["unit_amount"]) % 10**6 or 1}
        for item in items
    ]
    names = [line.get("product_id") for line in lines]
    if any(names.count(name) > 1 for name in names):
        lines = lines[:1]
    total = sum(line["quantity"] * line["unit_amount"] for line in lines)
    return {**body, "items": lines, **({"amount": total} if is_whole(body.get("amount")) else {})}
