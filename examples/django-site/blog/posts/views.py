import os

from django.http import HttpResponse
from django.shortcuts import render

from posts.models import Post


def posts(request):
    return render(request, 'posts/posts.html', {'posts': Post.objects.order_by('-written')})


def health(request):
    """Well is a site that finds its tables; which release answers is for people."""
    count = Post.objects.count()
    return HttpResponse(f"ready: release {os.environ.get('VENVOY_RELEASE')}, {count} posts\n", content_type='text/plain')
