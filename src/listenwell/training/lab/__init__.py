"""The training lab: any causal or seq2seq language model, fine-tuned from one recipe file."""
