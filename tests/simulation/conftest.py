"""One patient's morning, lived once, kept on its stage so that its facts can be bent."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from simulation.cohort import gather
from simulation.evidence import Evidence
from simulation.habits import HOUR
from simulation.run import Result, Run
from simulation.stage import staged
from simulation.weather import Weather

SEED = 2  # baclofen and diazepam in London, with one quick caregiver


@pytest.fixture(scope="session")
def lived() -> Iterator[Run]:
    """Eight hours of one patient: joining, two times of doses, one emergency."""
    with asyncio.Runner() as runner:
        context = staged()
        stage = runner.run(context.__aenter__())
        weather = Weather("none", Random(SEED), stage.now)
        run = Run(stage, gather(stage, 1, SEED), weather, Result(SEED, 1, 1, "none"))
        patient = run.cohort.patients[0]
        patient.habits = replace(patient.habits, crisis=(HOUR, 2 * HOUR), answers_in=(60, 120))
        runner.run(run.live(stage.now + timedelta(hours=8)))
        yield run
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def seen(lived: Run) -> Iterator[Evidence]:
    """What the invariants look at; whatever a test does to the rows is taken back."""
    with lived.stage.session() as session:
        yield Evidence(lived.stage, lived.cohort, session)
        session.rollback()
