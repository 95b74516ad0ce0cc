"""Nothing is served over HTTP."""

urlpatterns: list[object] = []
