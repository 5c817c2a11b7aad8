from __future__ import annotations

from django.urls import path

from skyddsnat.hub.signals.views import acts, bulk, false_stops, filters, intake, known, listing, pairs, review

app_name = "signals"
urlpatterns = [
    path("", listing.listing, name="list"),
    path("known/", listing.look_up, name="look_up"),
    path("check/", known.check, name="check"),
    path("new/", intake.new, name="new"),
    path("paste/", intake.paste, name="paste"),
    path("confirm/", intake.confirm, name="confirm"),
    path("review/", review.queue, name="queue"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/<uuid:pk>/", bulk.batch, name="batch"),
    path("bulk/<uuid:pk>/undo/", bulk.undo, name="batch_undo"),
    path("bulk/<uuid:pk>/run/", bulk.run, name="batch_run"),
    path("filters/", filters.filters, name="filters"),
    path("filters/<uuid:pk>/", filters.change, name="filter_change"),
    path("feedback/", acts.feedback_list, name="feedback_list"),
    path("feedback/<uuid:pk>/", acts.decide, name="feedback_decide"),
    path("reveals/", listing.reveals, name="reveals"),
    path("protected-names/", pairs.overrides, name="overrides"),
    path("protected-names/<uuid:pk>/", pairs.override_decide, name="override_decide"),
    path("stopped-texts/", false_stops.listing, name="false_stops"),
    path("stopped-texts/<uuid:pk>/", false_stops.decide, name="false_stop_decide"),
    path("block-rules/", pairs.rules, name="rules"),
    path("block-rules/<int:pk>/", pairs.rule_decide, name="rule_decide"),
    path("<uuid:pk>/", listing.detail, name="detail"),
    path("<uuid:pk>/reveal/", listing.reveal, name="reveal"),
    path("<uuid:pk>/review/", review.review, name="review"),
    path("<uuid:pk>/claim/", review.claim, name="claim"),
    path("<uuid:pk>/release/", review.release, name="release"),
    path("<uuid:pk>/approve/", review.approve, name="approve"),
    path("<uuid:pk>/reject/", review.reject, name="reject"),
    path("<uuid:pk>/scope/", review.rescope, name="rescope"),
    path("<uuid:pk>/feedback/", acts.feedback, name="feedback"),
    path("<uuid:pk>/dispute/", acts.dispute, name="dispute"),
    path("<uuid:pk>/uphold/", acts.uphold, name="uphold"),
    path("<uuid:pk>/withdraw/", acts.withdraw, name="withdraw"),
    path("<uuid:pk>/renew/", acts.renew, name="renew"),
]
