"""How many of the actions in a JSON list policy_sentry knows, and how many it does not. Names those on stderr."""

import json
import sys

from policy_sentry.querying.all import get_all_actions

actions = json.loads(sys.argv[1])
published = get_all_actions(lowercase=True)
unknown = [action for action in actions if action.lower() not in published]
for action in unknown:
    print(f"no such action: {action}", file=sys.stderr)
print(json.dumps({"known": len(actions) - len(unknown), "unknown": len(unknown)}))
