"""The addresses: Banyan's own, so that one load fits both."""

from django.urls import path

from bench.baselines.django_app import views

urlpatterns = [
    path("api/v1/courses", views.courses),
    path("api/v1/courses/<uuid:course_id>", views.course),
    path("api/v1/courses/<uuid:course_id>/enrolments", views.enrol),
    path("api/v1/courses/<uuid:course_id>/items/<uuid:item_id>/progress", views.progress),
]
