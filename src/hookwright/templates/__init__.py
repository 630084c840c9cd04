"""The platform's template language: ``{{event.key}}``, ``{{workflow_response.key}}`` and their roots."""
