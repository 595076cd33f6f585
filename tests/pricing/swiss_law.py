"""The public holidays of Zürich and Bern, written down from their laws a second time, the plain way."""

from datetime import date, timedelta

YEARS = range(2013, 2036)


def easter(year: int) -> date:
    """Return Easter Sunday by the rule of Gauss, with its two exceptions, for the years 1900 to 2099.

    C. F. Gauss, Berechnung des Osterfestes, Monatliche Correspondenz 2, 1800.
    """
    moon = (19 * (year % 19) + 24) % 30
    to_sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    after = moon + to_sunday
    if (moon, to_sunday) == (29, 6) or ((moon, to_sunday) == (28, 6) and year % 19 > 10):
        after -= 7
    return date(year, 3, 22) + timedelta(days=after)


def zurich(year: int) -> dict[date, str]:
    """Return the public holidays of the canton of Zürich, less the Sundays.

    Ruhetags- und Ladenöffnungsgesetz of 26 June 2000 (LS 822.4), § 1: besides the Sundays New Year's Day,
    Good Friday, Easter Monday, 1 May, Ascension Day, Whit Monday, 1 August, Christmas Day and St Stephen's
    Day. The second of January is not among them.
    """
    return {**common(year), date(year, 5, 1): "labour_day"}


def bern(year: int) -> dict[date, str]:
    """Return the public holidays of the canton of Bern, less the Sundays and the high feasts on Sundays.

    Gesetz über die Ruhe an öffentlichen Feiertagen of 1 December 1996 (BSG 555.1), Art. 2: besides the
    Sundays Good Friday, Easter, Ascension Day, Whitsun, the federal day of thanksgiving and Christmas; New
    Year's Day, 2 January, Easter Monday, Whit Monday, the national day and 26 December. The first of May is
    not among them.
    """
    return {**common(year), date(year, 1, 2): "berchtolds_day"}


def common(year: int) -> dict[date, str]:
    """Return what both laws name."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "new_years_day",
        sunday - timedelta(days=2): "good_friday",
        sunday + timedelta(days=1): "easter_monday",
        sunday + timedelta(days=39): "ascension_day",
        sunday + timedelta(days=50): "whit_monday",
        date(year, 8, 1): "national_day",
        date(year, 12, 25): "christmas_day",
        date(year, 12, 26): "saint_stephens_day",
    }
