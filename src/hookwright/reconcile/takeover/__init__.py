"""Taking over: live webhooks and events → a declaration that, once applied, changes nothing but whose they are.

Pure: what was read goes in, plain values for YAML come out. :func:`hookwright.reconcile.takeover.run.take_over` is the
way in.
"""
