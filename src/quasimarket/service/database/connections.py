"""How the service signs in to its database: one URL for each role."""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """The URLs of one database, with their passwords: print none of them."""

    owner: str = field(repr=False)
    """Owns the tables and migrates them; row-level security binds it."""
    app: str = field(repr=False)
    """The service's own: no more than the policies grant."""
    admin: str | None = field(repr=False)
    """A superuser's, for backup and restore; None where we were given none."""
    signing_secret: str = field(repr=False)
    """Signs the scope that the service sets in each transaction."""

    def at(self, database: str) -> "Connections":
        """Give the same roles' URLs for another database of the server."""
        return Connections(
            owner=at_database(self.owner, database),
            app=at_database(self.app, database),
            admin=at_database(self.admin, database) if self.admin else None,
            signing_secret=self.signing_secret,
        )


def make_url(user: str, password: str, port: int, database: str) -> str:
    """Give the URL of a database on this machine."""
    return (
        f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}"
        f"@127.0.0.1:{port}/{quote(database, safe='')}"
    )


def at_database(url: str, database: str) -> str:
    """Give the URL with another database, its other parts kept."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(database, safe='')}"))


def as_role(url: str, user: str, password: str) -> str:
    """Give the URL with another role, its other parts kept."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
    return urlunsplit(parts._replace(netloc=netloc))


def database_of(url: str) -> str:
    """Name the database of a URL; empty where it names none."""
    return unquote(urlsplit(url).path.lstrip("/"))


def password_of(url: str) -> str:
    """Give the password of a URL; empty where it has none."""
    return unquote(urlsplit(url).password or "")


def without_password(url: str) -> str:
    """Give the URL as it may be printed, or stand on a command line."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = f"{quote(unquote(parts.username), safe='')}@" if parts.username else ""
    return urlunsplit(parts._replace(netloc=f"{user}{place}"))
