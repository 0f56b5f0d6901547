"""Writes workbooks: data.xlsx for the project team, a summary for the leaders of each authority."""
