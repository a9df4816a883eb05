"""What all web pages share: forms, headers, templates."""
