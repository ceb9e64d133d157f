"""From a message to a reply: planning, prompts, authored content and the engine."""
