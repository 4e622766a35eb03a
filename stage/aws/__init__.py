"""AWS on one machine: moto's server, extended by what the platform needs and moto lacks."""

from stage.aws.clock import Clock
from stage.aws.engine import Engine
from stage.aws.install import install

__all__ = ["Clock", "Engine", "install"]
