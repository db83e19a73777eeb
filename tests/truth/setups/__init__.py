"""All set-ups, in the order in which they are measured. A file a family; a row each."""
from . import go, java, node, others, proxies, python, ruby

SETUPS = [*go.SETUPS, *node.SETUPS, *python.SETUPS, *ruby.SETUPS, *proxies.SETUPS,
          *java.SETUPS, *others.SETUPS]


def pick(names):
    by_name = {one.name: one for one in SETUPS}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise SystemExit(f"unknown set-up '{unknown[0]}'\nhint: one of {', '.join(by_name)}")
    return [by_name[name] for name in names] or SETUPS
