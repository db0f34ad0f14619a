"""The checks of `springtide doctor`."""
