"""KPN FIAM: who may see whose data. It issues the tokens and keeps the contracts."""
