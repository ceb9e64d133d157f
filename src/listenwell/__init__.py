"""Listenwell: an empathetic support chatbot, trained, measured and run on your own machine."""

from listenwell.bot import Listenwell
from listenwell.core.types import History, Message, Turn
from listenwell.version import __version__

__all__ = ["History", "Listenwell", "Message", "Turn", "__version__"]
