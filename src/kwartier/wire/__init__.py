"""The providers' words, verbatim: message structs, a file a provider. Imports nothing of ours."""
