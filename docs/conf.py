"""How the docs are built: `sphinx-build -n -W -b html docs OUT`, without the network.

The reference is drawn from the docstrings. Hooks make it exact: attrs' `NOTHING` is shown as `...`; a name is
linked at the path under which it is public, wherever it is defined; a public name that the reference lacks
fails the build.
"""

import ast
import builtins
import enum
import re
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, TypeVar, get_args, get_origin

import attrs
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.ext.napoleon import Config, GoogleDocstring
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging

PACKAGE = "mila_core"
# Libraries whose names may stand in a signature: they are shown without a link, as there is no network.
UNLINKED = sys.stdlib_module_names | {"attr", "attrs"}

project = "mila-core"
author = "the mila-core developers"
release = metadata.version(project)
language = "en"

sys.path.insert(0, str(Path(__file__).with_name("_ext")))
extensions = ["machine_diagrams.directives", "myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "_ext"]
nitpicky = True
nitpick_ignore_regex = [("py:class", r"hypothesis\..*")]  # its inventory would have to come over the network
default_role = "code"  # single backquotes, as in Markdown

html_theme = "furo"
html_title = project
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False

myst_enable_extensions = ["colon_fence", "deflist", "substitution"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_default_options = {
    "members": True,
    "undoc-members": True,
}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

GOOGLE_STYLE = Config(
    napoleon_use_ivar=True,  # "Attributes:" is a list in the class, not a second description of each field
)

logger = logging.getLogger(__name__)


class TypesInSignatures(GoogleDocstring):
    """A docstring in whose "Returns:" no type stands before the first colon: the signature has it."""

    def _consume_returns_section(
        self,
        preprocess_types: bool = False,  # noqa: ARG002, FBT001, FBT002  # Napoleon's signature
    ) -> list[tuple[str, str, list[str]]]:
        text = self._dedent(self._consume_to_next_section())
        return [("", "", text)] if any(text) else []


def read_google_style(  # noqa: PLR0917  # Sphinx calls it by position
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Read a docstring's sections.

    Napoleon's own hook takes what stands before a colon in the text of a constant or property for its type.
    """
    what = "method" if what in {"attribute", "data", "property"} else what
    lines[:] = TypesInSignatures(list(lines), GOOGLE_STYLE, app, what, name, obj, options).lines()


def show_nothing_as_dots(
    _app: Sphinx,
    _what: str,
    _name: str,
    _obj: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Show the default that a factory makes as `...`, not as attrs' marker for it."""
    return signature and re.sub(r"= ?NOTHING\b", "= ...", signature), returns


def annotate_converted_fields(_app: Sphinx) -> None:
    """Show the type of a field whose converter is a generic class, which attrs leaves out."""
    for info in walk_packages(import_module(PACKAGE).__path__, f"{PACKAGE}."):
        if info.name == f"{PACKAGE}.__main__":
            continue
        for cls in filter(attrs.has, vars(import_module(info.name)).values()):
            for field in attrs.fields(cls):
                if field.init:
                    cls.__init__.__annotations__.setdefault(field.alias, field.type)


def skip_bare_fields(
    _app: Sphinx, what: str, name: str, obj: object, _skip: object, _options: object
) -> bool | None:
    """Leave out the fields of a class that have no text of their own: "Attributes:" has them.

    Members of an enumeration stay, as do all functions, methods and names of modules.
    """
    if what != "class" or callable(obj) or isinstance(obj, (property, classmethod, enum.Enum)):
        return None
    return True if not name.startswith("_") else None


def public_names(env: BuildEnvironment) -> Iterator[tuple[str, str, object]]:
    """Yield module, name and object of each public name of each module in the reference."""
    for module_name in sorted(python_domain(env).modules):
        module = import_module(module_name)
        for name in module.__all__:
            yield module_name, name, getattr(module, name)


def python_domain(env: BuildEnvironment) -> PythonDomain:
    """Return what Sphinx knows of the documented Python objects."""
    domain = env.get_domain("py")
    if not isinstance(domain, PythonDomain):
        raise TypeError(domain)
    return domain


def borrow_texts(_app: Sphinx) -> None:
    """Give a constant or alias that a package exports the text that stands under it where it is defined."""
    for info in walk_packages(import_module(PACKAGE).__path__, f"{PACKAGE}."):
        if not info.ispkg:
            continue
        package = ModuleAnalyzer.for_module(info.name)
        package.analyze()
        for statement in ast.parse(package.code).body:
            if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(PACKAGE):
                origin = ModuleAnalyzer.for_module(statement.module or "")
                origin.analyze()
                texts = {("", name.name): origin.attr_docs.get(("", name.name)) for name in statement.names}
                package.attr_docs.update({key: text for key, text in texts.items() if text})


def require_public_names(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each public name that the reference lacks; with `-W` the build fails."""
    documented = python_domain(env).objects
    for module, name, _ in public_names(env):
        if f"{module}.{name}" not in documented:
            hint = "a constant or alias needs a text in quotes under it"
            logger.warning("%s.%s is public, but not in the reference (%s)", module, name, hint)


def resolve(target: str) -> object:
    """Return the object that a dotted path leads to.

    Raises:
        LookupError: there is none.
    """
    parts = target.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:length]))
        except ImportError:
            continue
        try:
            for part in parts[length:]:
                found = getattr(found, part)
        except AttributeError:
            break
        return found
    if len(parts) == 1 and hasattr(builtins, target):
        return getattr(builtins, target)
    raise LookupError(target)


def link_public_path(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Node | None:
    """Link a name that is defined elsewhere than where it is public; show a library's name without a link."""
    target: str = node.get("reftarget", "")
    if node.get("refdomain") != "py":
        return None
    if target.split(".", maxsplit=1)[0] in UNLINKED or hasattr(builtins, target):
        try:
            resolve(target)
        except LookupError:
            return None  # nitpicky: misspelt
        return contnode
    if not target.startswith(f"{PACKAGE}."):
        target = f"{node.get('py:module')}.{target}"  # an annotation in quotes
    try:
        found = resolve(target)
    except LookupError:
        return None
    if isinstance(found, TypeVar):
        return contnode
    for module, name, obj in public_names(env):
        if obj is found and f"{module}.{name}" != node.get("reftarget"):
            return python_domain(env).resolve_xref(
                env, node["refdoc"], app.builder, "obj", f"{module}.{name}", node, contnode
            )
    if get_origin(found) is not None or get_args(found):
        return contnode  # a private alias, as of a union
    return None


def setup(app: Sphinx) -> None:
    """Register the hooks."""
    app.connect("builder-inited", annotate_converted_fields)
    app.connect("builder-inited", borrow_texts)
    app.connect("autodoc-process-docstring", read_google_style)
    app.connect("autodoc-process-signature", show_nothing_as_dots)
    app.connect("autodoc-skip-member", skip_bare_fields)
    app.connect("env-check-consistency", require_public_names)
    app.connect("missing-reference", link_public_path)
