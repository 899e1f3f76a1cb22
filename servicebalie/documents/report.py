"""From a release to a report in the words of one language."""

from dataclasses import dataclass
from functools import partial

from servicebalie.core.granularity import Surroundings, share_of_report
from servicebalie.documents import sentences
from servicebalie.documents.change_sentences import change_sentences
from servicebalie.documents.charts import charts_of
from servicebalie.documents.model import Chart, Named, Report, Table
from servicebalie.documents.names import name_of
from servicebalie.documents.series import series_tables
from servicebalie.documents.tables import TableMaker, published_period
from servicebalie.documents.words import Words
from servicebalie.services.code_lists import shipped_levels
from servicebalie.services.report_background import Background
from servicebalie.services.trends import Report as Release

_ALONE = Background()


def build_report(
    release: Release,
    *,
    locale: str,
    background: Background = _ALONE,
    final: bool = False,
) -> Report:
    """Return the report of a release in a locale of the desk, its charts not drawn yet.

    `background` is what surrounds it (`services.report_background`), and `final` tells whether its year is
    final.
    """
    words = Words(locale)
    contents = _contents(release, background, words)
    return Report(
        locale=locale,
        title=sentences.title(release, words),
        period=release.period,
        period_name=words.period(release.period),
        desk=Named(release.desk_slug, release.desk_name),
        simulated=release.simulated,
        simulated_note=sentences.simulated_note(words) if release.simulated else None,
        final=final,
        epoch=release.epoch,
        published_on=sentences.published_on(release),
        published_on_name=words.day(sentences.published_on(release)),
        sha256=release.sha256,
        profile=release.profile,
        largest_noise=release.largest_noise,
        threshold=release.threshold,
        catalogue_version=release.catalogue_version,
        below=sentences.below(release),
        total=contents.findings.total,
        lead=sentences.lead(release, contents.findings, words),
        changes=change_sentences(
            release.changes, words=words, period=release.period, name_of=partial(name_of, locale=locale)
        ),
        tables=contents.findings.tables,
        charts=contents.charts,
        method=sentences.method(release, words),
        facts=sentences.facts(release, words),
        licence=sentences.licence(words),
        source=sentences.source(release, words),
        series=contents.series,
        share=contents.findings.share,
    )


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a report is about, without what identifies it."""

    findings: sentences.Findings
    series: tuple[Table, ...]
    charts: tuple[Chart, ...]


def _contents(release: Release, background: Background, words: Words) -> _Contents:
    own = published_period(release)
    longer = tuple(map(published_period, background.longer))
    maker = TableMaker(Surroundings(own, longer, shipped_levels()), words)
    tables, series = maker.tables(), series_tables(background, words)
    findings = sentences.Findings(maker.total(), tables, share_of_report(own))
    return _Contents(findings, series, charts_of(tables, series, release.period, words))
