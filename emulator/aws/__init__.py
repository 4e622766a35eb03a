"""AWS on one machine: moto's server, extended by what the platform needs and moto lacks."""

from emulator.aws.clock import Clock
from emulator.aws.engine import Engine
from emulator.aws.install import install

__all__ = ["Clock", "Engine", "install"]
