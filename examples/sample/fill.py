"""Fills an emulated AWS account with a small company, Meadow Goods: `fill.py http://127.0.0.1:5000`.

The endpoint may be given in `AWS_ENDPOINT_URL` instead. The emulator is moto's server, just started and empty:
`MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server -p 5000`. A real account cannot be filled with this: an endpoint is
needed, and the credentials are none.
"""

from __future__ import annotations

import os
import sys
import urllib.request

from meadow import buckets, compute, groups, network, people, roles, storage
from meadow.account import Account


def prepare(account: Account) -> None:
    """Has the emulator give the same ids each time, and makes sure that it knows the policies that AWS manages."""
    urllib.request.urlopen(f"{account.endpoint}/moto-api/seed?a=42", data=b"").close()
    if not account.client("iam").list_policies(Scope="AWS", MaxItems=1)["Policies"]:
        raise SystemExit("start moto_server with MOTO_IAM_LOAD_MANAGED_POLICIES=true in its environment")


def past(account: Account) -> people.Keys:
    """What was made long ago. An emulator whose clock can be set is asked for this part at an earlier time."""
    keys = people.past(account)
    compute.past(account)
    storage.past(account)
    return keys


def present(account: Account, keys: people.Keys) -> None:
    """What was made lately."""
    people.present(account, keys)
    roles.present(account)
    buckets.present(account)
    net = network.present(account)
    servers = compute.present(account, net, groups.present(account, net))
    storage.present(account, servers)


def main() -> int:
    """Fills the account at the endpoint given."""
    endpoint = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        print("usage: fill.py ENDPOINT_URL", file=sys.stderr)
        return 2
    account = Account(endpoint)
    prepare(account)
    present(account, past(account))
    return 0


if __name__ == "__main__":
    sys.exit(main())
