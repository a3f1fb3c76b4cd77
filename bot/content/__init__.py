"""The words: YAML and templates, with the loader, renderer and checker that prove them."""
