"""The app in a browser: what the page sends and shows goes through pipes of its server."""

import asyncio
import signal
import threading
from typing import Any

from textual.drivers.web_driver import WebDriver


class ServedDriver(WebDriver):
    """Ends the app as a dropped line does when the page is closed, so that the run is kept."""

    def start_application_mode(self) -> None:
        """Begin; the signals stay with those who handled them."""
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        super().start_application_mode()
        loop = asyncio.get_running_loop()
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)

    def on_meta(self, packet_type: str, payload: dict[str, Any]) -> None:
        """Take what the server has to say, in the thread that reads its pipe."""
        if packet_type == "quit":
            self.exit_event.set()
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGHUP)
        else:
            super().on_meta(packet_type, payload)
