"""The base map's layers: small GeoJSON documents of this house; no tile and no glyph server is asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from linli.areas.geojson import layer_document


def layer(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /maps/base/KEY.json`: a layer; 304 when the reader has it. Raises NotFound."""
    document = layer_document(key)
    if request.headers.get("If-None-Match") == document.etag:
        return HttpResponseNotModified()
    response = HttpResponse(document.body, content_type="application/geo+json")
    response.headers["ETag"] = document.etag
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
