"""The front door: command line, settings, wiring, receiver, dispatch, web."""
