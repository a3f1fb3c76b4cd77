"""The memory: models, named queries, field encryption, migrations."""
