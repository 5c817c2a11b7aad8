"""Pages that belong to no noun."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def work(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/work.html")


def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def healthy(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def settings_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/work.html")


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/work.html")


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/work.html")


def demo_sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/work.html")
