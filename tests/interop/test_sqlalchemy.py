"""An amount is a composite of one column in SQLAlchemy."""

from typing import Any

import pytest

from mila_core.money import Money, chf

sqlalchemy = pytest.importorskip("sqlalchemy")
orm = pytest.importorskip("sqlalchemy.orm")


def test_an_amount_is_a_composite() -> None:
    """It is kept as whole Rappen, comes back equal, and can be asked for."""
    registry = orm.registry()

    Bill: Any = type("Bill", (), {"__init__": lambda self, due: setattr(self, "due", due)})  # noqa: N806  # a class of the application's

    table = sqlalchemy.Table(
        "bills",
        registry.metadata,
        sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True),
        sqlalchemy.Column("due_rappen", sqlalchemy.BigInteger, nullable=False),
    )
    registry.map_imperatively(Bill, table, properties={"due": orm.composite(Money, table.c.due_rappen)})
    engine = sqlalchemy.create_engine("sqlite://")
    registry.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add_all([Bill(due=chf("40.05")), Bill(due=chf("-1.00"))])
        session.commit()
        session.expunge_all()
        amounts = session.execute(sqlalchemy.text("select due_rappen from bills order by id")).scalars().all()
        assert amounts == [4005, -100]
        found = session.scalars(sqlalchemy.select(Bill).where(Bill.due == chf("40.05"))).one()
        assert found.due == chf("40.05")
        found.due = chf(50)
        session.commit()
        assert session.get(Bill, found.id).due == chf(50)
    engine.dispose()
    registry.dispose()
