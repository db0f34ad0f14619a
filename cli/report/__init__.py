"""`springtide report`: one HTML file, without network access, about what the runs did.

`gather` collects the figures, `charts` describes the charts, `sections` and `page` write the page.
"""
