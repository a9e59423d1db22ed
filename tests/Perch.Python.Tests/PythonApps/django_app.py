"""Django in one file, with a session and a form."""
import django
from django import forms
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path

settings.configure(
    DEBUG=False,
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()


class NameForm(forms.Form):
    name = forms.CharField(max_length=10)


def home(request):
    return HttpResponse("Hello from Django")


def visits(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return JsonResponse({"visits": request.session["visits"]})


def form(request):
    if request.method == "POST":
        filled = NameForm(request.POST)
        if filled.is_valid():
            return HttpResponse("Hello, " + filled.cleaned_data["name"])
        return HttpResponse(filled.errors.as_json(), status=422, content_type="application/json")
    return HttpResponse(get_token(request))


def stream(request):
    return StreamingHttpResponse(("part %d\n" % i for i in range(5)), content_type="text/plain")


async def later(request):
    return JsonResponse({"path": request.path, "query": request.GET.dict()})


urlpatterns = [path("", home), path("visits", visits), path("form", form), path("stream", stream), path("later", later)]
app = get_asgi_application()
wsgi = get_wsgi_application()
