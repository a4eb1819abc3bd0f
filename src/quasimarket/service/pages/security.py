"""The guards of this room's own courses; its tables belong to other rooms."""

from quasimarket.service.acting.machine import statements_of
from quasimarket.service.pages.sign_in_states import SIGN_IN_REQUEST


STATEMENTS = statements_of([SIGN_IN_REQUEST])
