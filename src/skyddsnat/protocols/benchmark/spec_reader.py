"""Reads a specification strictly: what this version does not know is refused, and said by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from skyddsnat.catalogue.release import FLOOR_CONTRIBUTORS, Rung
from skyddsnat.policy.benchmark.disclosure import (
    FOUR,
    LARGEST_SHARE,
    LEAST_P,
    TOTALS_FROM,
    WIDEST,
    ItemKind,
    Rules,
    comparison_bits,
)
from skyddsnat.protocols.benchmark import agreement, canonical, fields
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.spec import (
    FORMAT,
    LARGEST_AMOUNT,
    Item,
    Previous,
    SignOff,
    Specification,
    SpecMember,
    SpecParty,
)

MOST_ITEMS: Final = 500
MOST_MEMBERS: Final = 200
MOST_EDGES: Final = 1_000

_DECIMAL: Final = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?"
_PUBLIC: Final = frozenset(
    {"banded_median", "banded_quartiles", "interpolated_quartiles_on_codes", "mean_if_rules_pass", "sum_if_rules_pass"}
)
_PRIVATE: Final = frozenset({"above_or_below_middle", "own_third", "own_rank_opt_in"})
_OUTPUTS: Final = MappingProxyType({"public": _PUBLIC, "private": _PRIVATE})


@lru_cache(maxsize=64)
def read(raw: bytes) -> Specification:
    """Parse canonical bytes.  Raises BadRound(malformed), saying which field.

    Programs ask for the same few again and again, at each poll and on each page of a round; it is never changed.
    """
    top = fields.table(
        canonical.loads(raw),
        ("format", "round", "title", "coalition", "peer_group", "period", "deadline", "objection_seconds", "catalogue", "items",
         "rules", "members", "parties", "sign_offs"),
        what="the specification",
    )  # fmt: skip
    if top["format"] != FORMAT:
        raise BadRound("malformed", f"not a specification that this version reads, expected {FORMAT}")
    period = fields.table(top["period"], ("from", "to"), what="period")
    rules, previous = _rules(top["rules"])
    parties = fields.rows(top["parties"], what="parties", fewest=3, most=3)
    members = fields.rows(top["members"], what="members", fewest=1, most=MOST_MEMBERS)
    specification = Specification(
        round=fields.text(top["round"], fields.IDENTIFIER, what="round"),
        title=_texts(top["title"], ("sv", "en"), what="title"),
        coalition=fields.prose(top["coalition"], what="coalition"),
        peer_group=fields.text(top["peer_group"], fields.IDENTIFIER, what="peer_group"),
        first_day=_day(period["from"], what="period.from"),
        last_day=_day(period["to"], what="period.to"),
        deadline=fields.moment(top["deadline"], what="deadline"),
        objection_seconds=fields.whole(top["objection_seconds"], low=0, high=30 * 86_400, what="objection_seconds"),
        versions=_texts(top["catalogue"], ("metrics", "maturity"), what="catalogue"),
        items=tuple(_item(each) for each in fields.rows(top["items"], what="items", fewest=1, most=MOST_ITEMS)),
        rules=rules,
        previous=previous,
        members=tuple(_member(each) for each in members),
        parties=tuple(_party(each, index) for index, each in enumerate(parties)),
        sign_offs=tuple(_sign_off(each) for each in fields.rows(top["sign_offs"], what="sign_offs", most=MOST_ITEMS)),
    )
    _check_whole(specification)
    return specification


def _rules(thing: object) -> tuple[Rules, Previous | None]:
    top = fields.table(thing, ("k", "p", "max_share", "ladder", "four_opted_in", "previous"), what="rules")
    share = fields.text(top["max_share"], r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}", what="rules.max_share")
    rules = Rules(
        k=fields.whole(top["k"], low=FLOOR_CONTRIBUTORS, high=1_000, what="rules.k"),
        p=fields.whole(top["p"], low=LEAST_P, high=100, what="rules.p"),
        max_share=Fraction(share),
        ladder=tuple(_rung(each) for each in fields.rows(top["ladder"], what="rules.ladder", fewest=1, most=20)),
        four_opted_in=fields.truth(top["four_opted_in"], what="rules.four_opted_in"),
    )
    if not 0 < rules.max_share <= LARGEST_SHARE:
        raise BadRound("malformed", f"rules.max_share was not read, expected a fraction of at most {LARGEST_SHARE}")
    return rules, _previous(top["previous"])


def _rung(thing: object) -> Rung:
    top = fields.table(thing, ("low", "high", "public", "private"), what="a rung")
    low = fields.whole(top["low"], low=FOUR, high=1_000, what="a rung's low")
    high = None if top["high"] is None else fields.whole(top["high"], low=low, high=1_000, what="a rung's high")
    named = {}
    for side, known in _OUTPUTS.items():
        words = fields.rows(top[side], what=f"a rung's {side}", most=len(known))
        if not set(map(str, words)) <= known:
            raise BadRound("malformed", f"a rung's {side} names what is no output")
        named[side] = tuple(words)
    if low < TOTALS_FROM and {"mean_if_rules_pass", "sum_if_rules_pass"} & set(named["public"]):
        raise BadRound("malformed", f"a rung opens a total below {TOTALS_FROM}")
    if low < FLOOR_CONTRIBUTORS and named["public"]:
        raise BadRound("malformed", f"a rung opens something to all below {FLOOR_CONTRIBUTORS}")
    return Rung(low=low, high=high, private=named["private"], public=named["public"])


def _previous(thing: object) -> Previous | None:
    if thing is None:
        return None
    top = fields.table(thing, ("round", "members", "full"), what="rules.previous")
    members = [
        fields.text(m, fields.IDENTIFIER, what="a previous member")
        for m in fields.rows(top["members"], what="members", most=MOST_MEMBERS)
    ]
    full = [
        fields.text(i, fields.ITEM, what="a previous item")
        for i in fields.rows(top["full"], what="full", most=MOST_ITEMS)
    ]
    return Previous(fields.text(top["round"], fields.IDENTIFIER, what="previous.round"), tuple(members), tuple(full))  # fmt: skip


def _item(thing: object) -> Item:
    top = fields.table(thing, ("id", "kind", "max", "neutral", "edges", "upper_side", "decimals"), what="an item")
    name = fields.text(top["id"], fields.ITEM, what="an item's id")
    kind = ItemKind(fields.text(top["kind"], "code|amount", what=f"{name}: kind"))
    edges = tuple(
        Decimal(fields.text(e, _DECIMAL, what=f"{name}: an edge"))
        for e in fields.rows(top["edges"], what=f"{name}: edges", most=MOST_EDGES)
    )
    item = Item(
        id=name,
        kind=kind,
        max=fields.whole(top["max"], low=1, high=LARGEST_AMOUNT, what=f"{name}: max"),
        neutral=fields.truth(top["neutral"], what=f"{name}: neutral"),
        edges=edges,
        upper_side=fields.truth(top["upper_side"], what=f"{name}: upper_side"),
        decimals=fields.whole(top["decimals"], low=0, high=6, what=f"{name}: decimals"),
    )
    if kind is ItemKind.CODE and item.max != len(edges):
        raise BadRound("malformed", f"{name}: {len(edges)} edges, expected {item.max}, as many as the largest code")
    if list(edges) != sorted(set(edges)) or (kind is ItemKind.AMOUNT and edges):
        raise BadRound("malformed", f"{name}: edges, expected ascending ones for a code and none for an amount")
    if (kind is ItemKind.AMOUNT) != name.endswith(".amount"):
        raise BadRound("malformed", f"{name}: expected `.amount` at the end of an amount's id alone")
    return item


def _member(thing: object) -> SpecMember:
    top = fields.table(thing, ("id", "name", "control_group", "signing_key", "opening_key", "rank"), what="a member")
    return SpecMember(
        id=fields.text(top["id"], fields.IDENTIFIER, what="a member's id"),
        name=fields.prose(top["name"], what="a member's name"),
        control_group=fields.text(top["control_group"], fields.IDENTIFIER, what="a member's control_group"),
        signing_key=fields.text(top["signing_key"], fields.HEX32, what="a member's signing_key"),
        opening_key=agreement.public_key(top["opening_key"], what="a member's opening_key"),
        rank=fields.truth(top["rank"], what="a member's rank"),
    )


def _party(thing: object, index: int) -> SpecParty:
    top = fields.table(thing, ("index", "id", "name", "signing_key"), what="a party")
    return SpecParty(
        index=fields.whole(top["index"], low=index, high=index, what="a party's index"),
        id=fields.text(top["id"], fields.IDENTIFIER, what="a party's id"),
        name=fields.prose(top["name"], what="a party's name"),
        signing_key=fields.text(top["signing_key"], fields.HEX32, what="a party's signing_key"),
    )


def _sign_off(thing: object) -> SignOff:
    top = fields.table(thing, ("metric", "by", "at"), what="a sign-off")
    return SignOff(
        metric=fields.text(top["metric"], fields.ITEM, what="a sign-off's metric"),
        by=fields.prose(top["by"], what="a sign-off's by"),
        at=fields.moment(top["at"], what="a sign-off's at"),
    )


def _texts(thing: object, names: tuple[str, ...], *, what: str) -> dict[str, str]:
    top = fields.table(thing, names, what=what)
    return {name: fields.prose(top[name], what=f"{what}.{name}") for name in names}


def _day(thing: object, *, what: str) -> date:
    try:
        return date.fromisoformat(fields.text(thing, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", what=what))
    except ValueError:
        raise BadRound("malformed", f"{what} is no day, expected YYYY-MM-DD") from None


def _check_whole(spec: Specification) -> None:
    for what, ids in (
        ("items", [item.id for item in spec.items]),
        ("members", [member.id for member in spec.members]),
        ("parties", sorted(party.id for party in spec.parties)),
        ("signing keys", sorted([m.signing_key for m in spec.members] + [p.signing_key for p in spec.parties])),
        ("opening keys", sorted(m.opening_key for m in spec.members)),
    ):
        if len(ids) != len(set(ids)):
            raise BadRound("malformed", f"the specification names one of its {what} twice")
    for item in spec.items:
        if item.kind is ItemKind.AMOUNT and comparison_bits(spec.rules, len(spec.members), item.max) > WIDEST:
            raise BadRound("malformed", f"{item.id}: amounts too large to be tested in a group of {len(spec.members)}")
    if [m.id for m in spec.members] != sorted(m.id for m in spec.members):
        raise BadRound("malformed", "the members are not in the order of their ids")
    if spec.last_day < spec.first_day:
        raise BadRound("malformed", "the period ends before it begins")
