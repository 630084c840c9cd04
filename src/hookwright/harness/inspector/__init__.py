"""The inspector: a page on this machine that shows what a receiver receives while it does.

:mod:`.server` serves it, :mod:`.guard` keeps everybody else out, :mod:`.feed` tells open pages what is new. What is on
the pages is somebody else's: the data of a :class:`.server.Source`, the HTML of a :class:`.server.Pages`.
"""
