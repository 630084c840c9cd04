"""The probe: what hookwright holds to be true of the platform, checked against a test environment.

``assumptions.py`` names each thing once; ``stored.py``, ``events.py`` and ``judging.py`` check them; ``bench.py`` keeps
account of what is made for that, and ``cleaning.py`` deletes it again, whatever happened.
"""
