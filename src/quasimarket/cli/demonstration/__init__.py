"""The demonstration: a simulated run, played into the service by its own acts.

`run` simulates two areas, `course` tells what becomes of the chosen people as events,
`people` makes up who they are, `organisations` sets the chain up, `load` plays it all.
"""
