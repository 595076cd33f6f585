"""Sphinx's directives `machine` and `machines`: state diagrams and tables, drawn from the tables in the code.

`graph` reads a table, `layout` says where everything stands (with `heights` and `lanes`), `svg` writes it,
`directives` is the extension, which puts it on a page. Nothing is fetched, no other program is run, and the
same table gives the same bytes.

Why a layout of our own: Graphviz, which can be had as WebAssembly, sets labels across lines and other labels
in machines as large as the booking's; the layered layouts for Python alone place no labels.
"""
