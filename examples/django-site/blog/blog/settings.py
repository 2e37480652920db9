"""What differs from instance to instance comes from the env, and the env from deploy.yml."""
import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ['SECRET_KEY']
DEBUG = os.environ.get('DEBUG') == 'yes'
# By the address, the health check asks.
ALLOWED_HOSTS = [*os.environ.get('ALLOWED_HOSTS', '').split(), '127.0.0.1']

DATABASES = {'default': dj_database_url.parse(os.environ['DATABASE_URL'])}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'

INSTALLED_APPS = [
    'django.contrib.sessions',
    'django.contrib.staticfiles',
    'posts',
]
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'whitenoise.middleware.WhiteNoiseMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
]
TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]
ROOT_URLCONF = 'blog.urls'
WSGI_APPLICATION = 'blog.wsgi.application'

# Each release collects its own: what runs finds the files that it was made with.
STATIC_URL = '/static/'
STATIC_ROOT = BASE_DIR / 'static'
STORAGES = {
    'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'},
    'staticfiles': {'BACKEND': 'whitenoise.storage.CompressedManifestStaticFilesStorage'},
}
# What users upload outlives the release.
MEDIA_ROOT = BASE_DIR / 'media'

USE_TZ = True
