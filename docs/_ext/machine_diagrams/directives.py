"""The directives: `machine` puts one table on a page, `machines` puts all that are public."""

from importlib import import_module
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from machine_diagrams.layout import lay_out
from machine_diagrams.svg import to_svg
from machine_diagrams.tables import Table, describe, is_table, public_tables, rows_of

__all__ = ["MachineDirective", "MachinesDirective", "setup"]

_STYLES = Path(__file__).with_name("machines.css")
_HEADS = ("event", "who", "from", "to")


def _id_of(path: str) -> str:
    return str(nodes.make_id(path))


def _picture(path: str, table: Table) -> nodes.Node:
    name = f"{_id_of(path)}-picture"
    drawn = to_svg(lay_out(table), name=name, title=f"State diagram of {path}", description=describe(table))
    # what is wider than the page scrolls, by keyboard too
    frame = f'<div class="machine-picture" tabindex="0" role="group" aria-labelledby="{name}-title">'
    return nodes.raw("", f"{frame}\n{drawn}</div>", format="html")


def _row(*cells: tuple[str, ...]) -> nodes.row:
    row = nodes.row()
    for texts in cells:
        entry, paragraph = nodes.entry(), nodes.paragraph()
        for number, text in enumerate(texts):
            paragraph += [nodes.Text(", ")] if number else []
            paragraph += nodes.literal("", text)
        if not texts:
            paragraph += nodes.Text("none")
        entry += paragraph
        row += entry
    return row


def _table(path: str, table: Table, docname: str) -> nodes.Node:
    head, body = nodes.thead(), nodes.tbody()
    heads = nodes.row()
    for text in _HEADS:
        heads += nodes.entry("", nodes.paragraph("", text))
    head += heads
    for event, roles, sources, target in rows_of(table):
        body += _row((event,), roles, sources, (target,))
    group = nodes.tgroup(cols=len(_HEADS))
    group += [nodes.colspec(colwidth=1) for _ in _HEADS]
    group += [head, body]
    link = pending_xref(
        "",
        nodes.literal("", path),
        refdomain="py",
        reftype="obj",
        reftarget=path,
        refdoc=docname,
        refexplicit=False,
        refwarn=True,
    )
    caption = nodes.title("", "", nodes.Text("The rows of "), link)
    return nodes.table("", caption, group, align="left", classes=["colwidths-auto"])


def _shown(path: str, table: Table, docname: str) -> list[nodes.Node]:
    return [_picture(path, table), _table(path, table, docname)]


class MachineDirective(SphinxDirective):
    """A diagram and a table of the machine at a dotted path."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what is put on the page."""
        path: str = self.arguments[0]
        module, _, name = path.rpartition(".")
        try:
            table = getattr(import_module(module), name, None)
        except (ImportError, ValueError) as error:
            raise self.error(f"no table at {path}") from error
        if not is_table(table):
            raise self.error(f"no table at {path}")
        return _shown(path, table, self.env.docname)


class MachinesDirective(SphinxDirective):
    """A section for each public machine of a package, with its diagram and its table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what is put on the page."""
        package: str = self.arguments[0]
        sections: list[nodes.Node] = []
        for path, table in public_tables(package).items():
            section = nodes.section(ids=[_id_of(path)], names=[path])
            section += nodes.title("", path.removeprefix(f"{package}."))
            section += _shown(path, table, self.env.docname)
            sections.append(section)
        return sections


def _add_styles(app: Sphinx) -> None:
    app.config.html_static_path.append(str(_STYLES))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives and the styles."""
    app.add_directive("machine", MachineDirective)
    app.add_directive("machines", MachinesDirective)
    app.connect("builder-inited", _add_styles)
    app.add_css_file(_STYLES.name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
