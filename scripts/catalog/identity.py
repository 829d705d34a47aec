"""Which canonical ids mean one model."""

import re

import tables


def normal(canonical):
    """vendor/model in one spelling: lower case, dashes, no region, snapshot mark or price class."""
    name = canonical.lower().removeprefix("~")
    vendor, _, base = name.rpartition("/")
    vendor = vendor.rpartition("/")[2]
    base = re.sub(r"^(apac|au|ca|eu|global|in|jp|us|us-gov)\.", "", base)
    base = base.removesuffix("@default").removesuffix(":free")
    if vendor in ("", "eu", "us", "us-gov") or vendor in tables.HOSTING_VENDORS:
        base = base.removeprefix("zai-") if base.startswith("zai-glm") else base
        vendor = next((v for pattern, v in tables.FAMILY_VENDOR if pattern.match(base)), vendor)
    if vendor == "anthropic":
        # since Claude 4.5 there is one snapshot to a name
        base = re.sub(r"[-@]20\d{6}(-v\d+:\d+)?$", "", base)
    base = re.sub(r"[.:_@ ]+", "-", base)
    key = f"{vendor}/{base}" if vendor else base
    return tables.SAME.get(key, key)
