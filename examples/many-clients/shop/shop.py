"""A shop for one client, who is told by the env."""
import os
import sys


def app(request, start_response):
    if request['PATH_INFO'] == '/healthz':
        answer = f"ready: {os.environ['CLIENT']}, release {os.environ['VENVOY_RELEASE']}\n"
    else:
        answer = f"Welcome at {os.environ['SHOP_TITLE']}\n"
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [answer.encode()]


if __name__ == '__main__':
    print('invoices of', os.environ['CLIENT'], *sys.argv[1:])
