"""Lists in pages: which filters a list has, where a page starts, and the whole list as CSV.

A noun declares its list once as a `Listing` (`orders.listing`, `payments.listing`, …). The API reads the
query from the URL (`read_query`), gets one page (`select_page`) or streams all of them (`stream_csv`).
"""
