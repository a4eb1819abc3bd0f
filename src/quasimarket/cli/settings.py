"""`--set KEY=VALUE`: which settings are rules, and which are assumptions."""

from collections.abc import Sequence

from quasimarket.core.errors import Fault, InputFault


BEHAVIOUR = "behaviour."


def split_settings(
    settings: Sequence[str],
) -> tuple[dict[str, str], dict[str, str]]:
    """Split settings into those of the rulebook and those of behaviour.

    Raises InputFault with every setting that is not KEY=VALUE.
    """
    rules: dict[str, str] = {}
    assumptions: dict[str, str] = {}
    faults = []
    for text in settings:
        key, equals, value = text.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            faults.append(
                Fault(where=f"--set {text}", found=repr(text), expected="KEY=VALUE")
            )
        elif key.startswith(BEHAVIOUR):
            assumptions[key.removeprefix(BEHAVIOUR)] = value
        else:
            rules[key] = value
    if faults:
        raise InputFault(faults)
    return rules, assumptions
