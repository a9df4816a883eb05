"""The pages by which a customer gets from the provider's website to giving consent, and back."""
