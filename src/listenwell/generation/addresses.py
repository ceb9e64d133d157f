"""Addresses of servers that write replies: who may be asked at all, and how it is told."""

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from listenwell.core.errors import ConfigError

EXAMPLE = "http://localhost:11434/v1"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens.

    Attributes:
        name: The host's name or number.
        path: What stands before the interface's own paths ("/v1").
    """

    secure: bool
    name: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address.

        Raises:
            ConfigError: It is not one, or people's words would cross the internet unencrypted.
        """
        try:
            parts = urlsplit(url)
            name, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise ConfigError(f"{url!r} is not an address: {error}. Like {EXAMPLE}.") from error
        if parts.username or parts.password:
            # The value is left out of the message on purpose.
            raise ConfigError(f"an address must not hold a name or password. Like {EXAMPLE}.")
        if parts.scheme not in {"http", "https"} or not name:
            raise ConfigError(f"{url!r} is not a server's address. Like {EXAMPLE}.")
        if parts.query or parts.fragment:
            raise ConfigError(f"an address ends with its path, without ? or #. Like {EXAMPLE}.")
        secure = parts.scheme == "https"
        found = cls(secure, name, port or (443 if secure else 80), parts.path.rstrip("/"))
        if not secure and not found.is_near:
            raise ConfigError(
                f"{name} would get people's words without encryption: write https://{name}."
            )
        return found

    @property
    def host(self) -> str:
        """The host as it is told to people, its port where it is not the usual one."""
        usual = 443 if self.secure else 80
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == usual else f"{name}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"http{'s' if self.secure else ''}://{self.host}{self.path}"

    @property
    def on_this_machine(self) -> bool:
        """Whether only programs of this computer can be there."""
        number = self._number()
        return self.name == "localhost" or (number is not None and number.is_loopback)

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine, or in a network of one's own."""
        number = self._number()
        if number is not None:
            return number.is_private or number.is_loopback
        return "." not in self.name or self.name.endswith((".local", ".lan", ".internal"))

    def _number(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        try:
            return ipaddress.ip_address(self.name)
        except ValueError:
            return None
