"""Renders charts as pictures, and PDF documents."""
