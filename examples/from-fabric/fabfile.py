# For Fabric 1. The same is in deploy.yml, line by line.
from fabric.api import cd, env, parallel, prefix, put, roles, run, runs_once, settings, sudo, task

env.user = 'deploy'
env.roledefs = {'web': ['web1.example.com', 'web2.example.com'], 'db': ['db1.example.com']}


@task
@parallel
@roles('web', 'db')
def uptime():
    run('uptime')
    run('uname -a')


@task
@roles('web')
def check():
    with cd('/srv/blog'), prefix('workon blog'):
        run('python manage.py check')
        with settings(warn_only=True):
            run('pip list --outdated')


@task
@roles('web')
def deploy():
    with cd('/srv/blog'):
        run('git pull')
        with prefix('workon blog'):
            run('pip install -r requirements.txt')
            migrate()
    sudo('systemctl restart blog')


@runs_once
def migrate():
    run('python manage.py migrate --noinput')
