"""Routes that say who may, for the rooms above: see `linli.accounts.routes`."""

from linli.accounts.routes import ANY_POST, PUBLIC, SIGNED_IN, route

__all__ = ["ANY_POST", "PUBLIC", "SIGNED_IN", "route"]
