"""What writes replies, chosen by one word: reading the choice, and building what it names."""
