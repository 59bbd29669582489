"""pytest (import mode importlib) takes the folder `demo` for the package `demo`; put the package in its place."""

import importlib
import sys

sys.modules.pop("demo", None)
importlib.import_module("demo")
