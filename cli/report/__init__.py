"""`springtide report`: what the runs made of the landing, as one HTML file that needs no network.

`gather` collects the figures, `charts` describes the charts, `sections` and `page` write the page.
"""
