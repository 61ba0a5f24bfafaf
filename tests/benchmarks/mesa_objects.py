"""The same rules as an ordinary Mesa model: one Python object a person.

A second implementation of one pool with equal sharing, to measure what the columns buy and to catch
an error that the engine and its tests share: `FixedAgent`s on a `Network`, a method a phase.
"""

from __future__ import annotations

import csv
import inspect
import math
from pathlib import Path

import mesa
import networkx as nx
from mesa.discrete_space import FixedAgent, Network

import model as package
from model import Scenario

CAUSES = ("price", "own_cost", "reference", "sentiment", "expectation", "chance")
FORCED = ("aged_out", "aided", "ineligible")
OLDEST = 120
# Rules that these objects do not know; they must be at their defaults.
UNKNOWN = """contagion newcomers insurer_awareness price_sensitivity_sd case_fatality screening
sharing leavers_owe case_cap year_cap subsidy term closes_below"""


def incidence_table():
    """Read the incidence by sex and whole age [1/year]."""
    table = {"female": [], "male": []}
    with (Path(package.__file__).parent / "data" / "incidence.csv").open() as lines:
        for row in csv.DictReader(lines):
            table[row["sex"]].append(float(row["incidence_per_1000_person_years"]) / 1000)
    return {sex: rates + rates[-1:] * (OLDEST + 1 - len(rates)) for sex, rates in table.items()}


def refuse_what_is_not_here(scenario):
    """Raise if a scenario uses a rule that these objects do not know."""
    given, usual = (dict(s) | dict(s.plans[0]) for s in (scenario, Scenario()))
    strange = [name for name in UNKNOWN.split() if given[name] != usual[name]]
    strange += ["ties"] if scenario.ties not in ("watts_strogatz", "none", "given") else []
    if strange or len(scenario.plans) > 1:
        raise NotImplementedError(f"these objects know one plan, and not: {', '.join(strange)}")


class Candidate(FixedAgent):
    """Somebody who may join, stay in or leave the pool."""

    def __init__(self, model, cell, traits):
        super().__init__(model)
        s = model.settings
        self.cell = cell
        self.age = traits["age_at_start"]
        for name in ("sex", "frailty", "risk_aversion", "fairness_concern", "susceptibility"):
            setattr(self, name, traits[name])
        self.sentiment = self.heard = self.opinion = traits["opinion"]
        affordability = (s.income_reference / traits["income"]) ** s.income_elasticity
        self.price_weight = s.price_sensitivity * affordability
        self.error = math.exp(s.perception_noise * self.random.gauss(0, 1))
        self.member = self.was_member = traits["plan"] is not None
        self.tenure, self.waiting_period = traits["tenure"], model.plan.waiting_period
        self.may_join, self.cause = True, None
        self.value_cover()
        # Nobody chose the first membership: whatever it costs is a reason to leave.
        felt = s.sentiment_value * self.sentiment
        self.terms_at_entry = (0.0, 0.0, 0.0, felt, self.willingness)

    def value_cover(self):
        """Work out risk, expected cost and willingness to pay at the present age."""
        m, s, age = self.model, self.model.settings, min(int(self.age), OLDEST)
        table = m.table[self.sex][age] * s.incidence_level
        self.benefit = benefit = m.benefit_at[age]
        self.incidence = own = table * self.frailty
        self.risk = 1 - math.exp(-own * s.period_length)
        self.expected_cost = benefit * self.risk
        known = s.private_information
        perceived = table ** (1 - known) * own**known * self.error
        risk, a = 1 - math.exp(-perceived * s.period_length), self.risk_aversion
        self.perceived_cost = benefit * risk
        if s.willingness == "proportional":
            self.willingness = (1 + s.risk_premium) * risk * benefit
        elif a * benefit < 1e-9:
            self.willingness = risk * benefit
        else:
            self.willingness = math.log1p(risk * math.expm1(a * benefit)) / a

    def perceive(self):
        """Hear the announcement: expected and reference contribution follow it."""
        s, announced = self.model.settings, self.model.contribution
        self.expected += s.contribution_learning * (announced - self.expected)
        if self.member:
            self.reference += s.reference_adaptation * (announced - self.reference)
        else:
            self.reference = self.expected  # nobody has lost anything yet
        self.heard, self.was_member = self.sentiment, self.member

    def terms(self):
        """Return what membership is worth, term by term, in the order of CAUSES."""
        s, expected = self.model.settings, self.expected
        concern = self.fairness_concern
        return (
            -self.price_weight * expected,
            -concern * s.disadvantage_aversion * max(0.0, expected - self.perceived_cost),
            -concern * s.loss_aversion * max(0.0, expected - self.reference),
            s.sentiment_value * self.sentiment,
            self.willingness,
        )

    def talk(self):
        """Move sentiment toward experience, the neighbours' last sentiment and the news."""
        s = self.model.settings
        view = self.experience() if self.member else self.opinion
        mood = (1 - s.experience_weight) * self.heard + s.experience_weight * view
        if self.neighbours:
            said = sum([other.heard for other in self.neighbours]) / len(self.neighbours)
            mood = (1 - self.susceptibility) * mood + self.susceptibility * said
        self.sentiment = min(1.0, max(-1.0, mood + self.model.news))

    def experience(self):
        """Return which share of the worth of membership is left over, from -1 to 1."""
        price, own_cost, reference, _, worth = self.terms()
        left_over = worth + price + own_cost + reference
        if worth <= 0:
            return 0.0 if left_over >= 0 else -1.0
        return min(1.0, max(-1.0, left_over / worth))

    def choose(self):
        """Review membership, if attentive, and take the better side."""
        m = self.model
        if self.member:
            if self.random.random() < m.members_review:
                self.consider_leaving()
        elif self.may_join and m.plan.entry_age_min <= int(self.age) <= m.plan.entry_age_max:
            self.consider_joining()

    def prefers(self, gain):
        """Whether to change sides for a gain: by logit, or sharply without choice noise."""
        noise = self.model.settings.choice_noise
        if noise == 0:
            return gain > 0
        return self.random.random() < 1 / (1 + math.exp(min(-gain / noise, 700)))

    def consider_leaving(self):
        """Leave if that is better, for the term that worsened most since entry."""
        terms = self.terms()
        if self.prefers(-sum(terms) - self.model.settings.hassle_of_leaving):
            changes = [now - then for now, then in zip(terms, self.terms_at_entry, strict=True)]
            worst = min(changes)
            self.leave(CAUSES[changes.index(worst)] if worst < 0 else "chance")

    def consider_joining(self):
        """Join, if aware of the pool (the more so, the more neighbours are in) and better off."""
        s, awareness = self.model.settings, self.model.awareness
        if s.awareness_from_neighbours and self.neighbours:
            inside = sum([other.was_member for other in self.neighbours])
            awareness += s.awareness_from_neighbours * inside / len(self.neighbours)
        if self.random.random() >= awareness:
            return
        if self.prefers(sum(self.terms()) - s.hassle_of_joining):
            self.member, self.tenure, self.terms_at_entry = True, 0, self.terms()
            if self.cause is not None and self.model.plan.reentry == "free":
                self.waiting_period = 0

    def leave(self, cause):
        """End the membership."""
        self.member, self.cause = False, cause
        self.model.left[cause] += 1
        self.may_join = cause not in FORCED[1:] and self.model.plan.reentry != "never"

    def select(self):
        """Return the own incidence now, relative to that of a long-standing member."""
        factors = self.model.select
        return factors[self.tenure] if self.tenure < len(factors) else 1.0

    def effective_cost(self):
        """Return what this member is expected to cost the pool in a period [yuan]."""
        return self.expected_cost * self.select() if self.tenure >= self.waiting_period else 0.0

    def fall_ill(self):
        """Owe the contribution; draw this period's illness or take its mean, and claim."""
        if not self.member:
            return
        m = self.model
        covered = self.tenure >= self.waiting_period
        m.payers += covered or m.plan.waiting_members_owe
        if m.expected_claims:
            m.incurred += self.effective_cost()
        elif self.random.random() < self.risk * self.select():
            m.incurred += self.benefit if covered else 0.0
            if m.plan.leaves_after_aid or not covered:
                self.leave("aided" if covered else "ineligible")

    def grow_older(self):
        """Add a period of membership and of life; the pool's age limit may end membership."""
        before, self.age = int(self.age), self.age + self.model.ageing
        if self.member:
            self.tenure += 1
            if self.age >= self.model.plan.exit_age:
                self.leave("aged_out")
        if int(self.age) != before:
            self.value_cover()


class MesaPool(mesa.Model):
    """One pool of candidates with equal sharing, as objects.

    `people` is a polars frame, a row a person, as `Simulation.sample` returns it before the
    first period; `ties` a networkx graph, one node a person, drawn if left out.
    """

    def __init__(self, scenario, people, ties=None, rng=None):
        super().__init__(rng=rng)
        refuse_what_is_not_here(scenario)
        self.settings = s = scenario  # the name `scenario` belongs to Mesa from 3.5 on
        self.plan = s.plans[0]
        self.period, self.running, self.expected_claims = 0, True, s.claims == "expected"
        self.ageing = s.period_length if s.ageing else 0.0
        self.table = incidence_table()
        n, start = round(s.select_years / s.period_length), s.select_start
        self.select = [start + (1 - start) * tenure / n for tenure in range(n)] + [1.0]
        schedule = self.plan.benefit  # (from age, benefit), rising
        self.benefit_at = [max(b for b in schedule if b[0] <= a)[1] for a in range(OLDEST + 1)]
        self.news_at = {event.period: event.news for event in s.events}
        self.outstanding = self.change = 0.0
        self.left = dict.fromkeys(CAUSES + FORCED, 0)
        self.add_people(people.to_dicts(), ties)
        self.open_books()
        series = ("members", "contribution", "incidence_members", "sentiment")
        causes = {f"left_{cause}": (lambda m, c=cause: m.left[c]) for cause in self.left}
        self.datacollector = mesa.DataCollector({name: name for name in series} | causes)
        self.record()

    def add_people(self, rows, ties):
        """Put one candidate on each node of the network."""
        s, n, seed = self.settings, len(rows), int(self.rng.integers(2**31))
        if ties is None:
            degree = min(s.n_neighbours, n - 1) if s.ties != "none" else 0
            ties = nx.watts_strogatz_graph(n, degree, s.rewiring, seed=seed)
        # A spring layout, the default of some releases, takes longer than the run.
        layout = {"layout": None} if "layout" in inspect.signature(Network).parameters else {}
        self.space = Network(ties, random=self.random, **layout)
        for node, traits in zip(ties.nodes, rows, strict=True):
            Candidate(self, self.space[node], traits)
        for agent in self.agents:  # ties do not change, so neighbours are looked up once
            agent.neighbours = [a for c in agent.cell.connections.values() for a in c.agents]

    def open_books(self):
        """Announce what the plan says, or the loaded cost of the first who pay."""
        costs = [
            agent.effective_cost()
            for agent in self.agents
            if agent.member
            and (self.plan.waiting_members_owe or agent.tenure >= agent.waiting_period)
        ]
        costs = costs or [agent.expected_cost for agent in self.agents]
        loaded = (1 + self.plan.fee) * sum(costs) / len(costs)
        given = self.plan.opening_contribution
        self.contribution = loaded if given is None else given
        for agent in self.agents:
            agent.expected = agent.reference = self.contribution

    def step(self):
        """One period: announce, perceive, talk, choose, fall ill, settle, grow older, record."""
        self.announce()
        # No shuffling: everybody hears last period's state, so order cannot matter.
        self.agents.do("perceive").do("talk").do("choose").do("fall_ill")
        self.settle()
        self.agents.do("grow_older")
        self.record()
        self.running = self.period < self.settings.n_periods and self.members > 0

    def announce(self):
        """Begin a period: news, and how many members and outsiders will think about it."""
        s = self.settings
        self.period += 1
        self.left = dict.fromkeys(self.left, 0)
        self.payers, self.incurred = 0, 0.0
        self.news = s.news_weight * self.news_at.get(self.period, 0.0)
        stirred = s.attention_to_change * self.change + s.attention_to_news * abs(self.news)
        self.members_review = 1 - (1 - s.attention) * math.exp(-stirred)
        marketed = self.period <= self.plan.marketing_periods
        self.awareness = s.awareness + (self.plan.marketing if marketed else 0.0)

    def settle(self):
        """Pay a share of the outstanding claims and divide the bill equally."""
        due = self.plan.settlement_rate * (self.outstanding + self.incurred)
        self.outstanding += self.incurred - due
        before, self.change = self.contribution, 0.0
        if self.payers:
            self.contribution = now = (1 + self.plan.fee) * due / self.payers
            self.change = abs(now - before) / max(now, before, 1e-300)

    def record(self):
        """Take stock of the members and collect the period's row."""
        members = [agent for agent in self.agents if agent.member]
        self.members = len(members)
        self.incidence_members = sum(a.incidence for a in members) / max(self.members, 1)
        self.sentiment = sum(agent.sentiment for agent in self.agents) / len(self.agents)
        self.datacollector.collect(self)
