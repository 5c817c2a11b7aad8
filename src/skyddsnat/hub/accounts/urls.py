from __future__ import annotations

from django.urls import path

from skyddsnat.hub.accounts import views

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:secret>/", views.invitation, name="invitation"),
    path("welcome/", views.welcome, name="welcome"),
    path("enrol/", views.enrol, name="enrol"),
    path("security/", views.security, name="security"),
    path("sessions/<int:pk>/end/", views.end_session, name="session_end"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.token_new, name="token_new"),
    path("tokens/<slug:pk>/revoke/", views.token_revoke, name="token_revoke"),
]
