"""GitHub's REST API, as far as keeping one comment and one issue current takes it.

It lives beside the platform's client for what both need: connections, time-outs, retries, one bucket of requests.
Nothing is imported here: httpx is loaded when a repository is opened.
"""
