"""The chat page's files: plain HTML, CSS and ES modules, served as they are."""
