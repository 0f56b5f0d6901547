"""The pack's charts as Vega-Lite specifications, each with its title, its alt text and its figures."""
