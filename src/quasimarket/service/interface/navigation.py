"""What this room puts in the navigation.

It is read before every room's acts are known, so it may not import the interface.
"""

from quasimarket.service.interface.acts import KEEPERS
from quasimarket.service.interface.statistics import READERS
from quasimarket.service.pages.navigation import place


place("Statistics", "statistics", READERS, order=70)
place("Keys", "keys", KEEPERS, order=90)
