"""What surrounds a cluster and can be made bad without ending anything: the network, and what clocks and disks say."""

from __future__ import annotations

from collections.abc import Mapping

from demo.system import SERVICES, migration_variable, variable
from shared.testing.postgres import PORT, PostgresServer

from . import preload
from .brokers import Brokers
from .network import Network
from .preload import Orders, Preload

_SOCKET = f".s.PGSQL.{PORT}"


class World:
    """Of one cluster. ``breakable``: else there is no proxy, no library, and nothing that can be made bad."""

    def __init__(self, *, breakable: bool) -> None:
        self.network = Network() if breakable else None
        self.no_orders = preload.why_not() if breakable else "nobody asked for it"
        """Why clocks and disks tell the truth here, whatever one would like; None where they obey ``orders``."""
        self._preload = None if self.no_orders else Preload()

    def environment(self, name: str) -> dict[str, str]:
        """What a process of this name must be given to be under orders."""
        return {} if self._preload is None else self._preload.environment(name)

    def orders(self, name: str) -> Orders:
        """What the clock and the disk tell this process. Only where ``no_orders`` is None."""
        assert self._preload is not None
        return self._preload.of(name)

    def lead_to(self, brokers: Brokers) -> None:
        """Make the brokers, each behind a link of its own where there are links."""
        ports = {} if self.network is None else {name: self.network.link(name, 0) for name in brokers.names}
        brokers.make(ports, {name: self.environment(name) for name in brokers.names})
        if self.network is not None:
            for name, broker in brokers.servers.items():
                self.network.links[name].leads_to = broker.port

    def databases(self, postgres: PostgresServer) -> Mapping[str, str]:
        """Where the services find theirs: behind a link. Whoever owns the tables goes there directly."""
        given: dict[str, str] = {}
        if self.network is None:
            return given
        self.network.link("PostgreSQL", postgres.socket_dir / _SOCKET, listens=self.network.directory / _SOCKET)
        for name in (*SERVICES, "keyring"):
            by_link = f"postgresql://{name}_app@/{name}?host={self.network.directory}&port={PORT}"
            given |= {variable(name): by_link, migration_variable(name): postgres.url(name)}
        return given

    def all_is_well(self) -> None:
        """Clocks, disks and the network are as they should be."""
        if self.network is not None:
            self.network.mend()
        if self._preload is not None:
            self._preload.truth()

    def close(self) -> None:
        if self.network is not None:
            self.network.close()
        if self._preload is not None:
            self._preload.forget()
