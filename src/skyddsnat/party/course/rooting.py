"""The closed list and its root: signed by each party, stored as used for ever, and only then computed on."""

from __future__ import annotations

from skyddsnat.party import listing as listing_of
from skyddsnat.party.course.standing import Standing
from skyddsnat.party.errors import Aborting, Refused
from skyddsnat.party.evidence import Evidence
from skyddsnat.party.listing import Listing
from skyddsnat.policy.benchmark.states import Abort
from skyddsnat.protocols.benchmark import statement
from skyddsnat.protocols.benchmark.statement import Kind


def sign_root(standing: Standing, found: Evidence) -> Listing:
    """Recompute the list, keep this party's ciphertexts, sign the root.  A list that changes afterwards ends the round."""
    now = standing.means.clock()
    if now < standing.spec.deadline - standing.means.config.limits.skew:
        raise Refused(
            "closed_early", f"{standing.id} is closed before its deadline by this clock; members could be cut off"
        )
    standing.means.store.see_list(standing.id, at=now)
    listing = listing_of.read(standing.means.client.submissions(standing.id), standing.spec)
    used, said = standing.means.store.used_root(standing.id), standing.means.store.statement(standing.id, Kind.ROOT)
    if used is not None and used != listing.root:
        raise Aborting(Abort.SECOND_RUN, {"used": used, "offered": listing.root})
    if said is not None and said.statement.body["root"] != listing.root:
        raise Aborting(Abort.ROOT_MISMATCH, {"signed": said.statement.body["root"], "offered": listing.root})
    missed = listing_of.left_out(found.objections, listing, standing.spec, standing.means.config.hub.log_keys)
    if missed is not None:
        raise Aborting(Abort.OBJECTION, {"member": missed})
    if standing.means.vault.sealed(standing.id) is None:
        body = standing.means.client.sealed(standing.id)
        standing.means.vault.keep_sealed(standing.id, listing_of.check_sealed(body, listing, party=standing.index))
    if said is None:
        standing.remember(Kind.ROOT, {"root": listing.root, "size": len(listing.submissions)})
    standing.say(found, Kind.ROOT)
    return listing


def store_root(standing: Standing, found: Evidence, listing: Listing) -> bool:
    """When the three roots are equal and no member objects: store it as used, for ever, and only then say so."""
    roots = found.all(Kind.ROOT)
    if roots is None:
        standing.wait(found, Kind.ROOT)
        return False
    if not statement.agree(roots) or roots[0].statement.body["root"] != listing.root:
        raise Aborting(Abort.ROOT_MISMATCH, {"roots": [each.statement.body["root"] for each in roots]})
    if standing.means.clock() < standing.window_ends():
        return False
    if standing.means.store.statement(standing.id, Kind.RUN) is None:
        used = standing.means.store.use_root(standing.id, listing.root, at=standing.means.clock())
        if used != listing.root:
            raise Aborting(Abort.SECOND_RUN, {"used": used, "offered": listing.root})
        standing.remember(Kind.RUN, {"root": listing.root})
        standing.means.journal.write("root_used", round=standing.id, root=listing.root)
    standing.say(found, Kind.RUN)
    return True
