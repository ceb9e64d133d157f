"""The small models that ship with the package: files, tokens, encoder, writer, bank of replies."""
