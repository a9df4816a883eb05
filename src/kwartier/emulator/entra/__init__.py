"""Microsoft Entra ID: the token endpoint, and the certificates it knows."""
