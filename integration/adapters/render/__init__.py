"""Charts and PDF documents drawn."""
