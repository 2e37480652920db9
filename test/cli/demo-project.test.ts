import { expect, it } from 'vitest'
import { demoDeployFile } from '../../src/cli/demo-project.js'

it('the deploy.yml of the demo is short enough to be shown', () => {
  const host = { address: '127.0.0.1', port: 45001, user: 'me' }
  const indexUrl = 'http://127.0.0.1:45002/simple/'
  const ports = { blue: 45003, green: 45004 }
  expect(demoDeployFile({ host, indexUrl, python: '/usr/bin/python3', ports })).toBe(`project: demo
source: { path: app }

hosts:
  web1: me@127.0.0.1:45001

venv:
  python: "/usr/bin/python3"
  requirements: [requirements.txt]
  index: http://127.0.0.1:45002/simple/

instances:
  blue:  { hosts: [web1], port: 45003, venv: { packages: [greeting==1.0] } }
  green: { hosts: [web1], port: 45004, venv: { packages: [greeting==2.0] } }

deploy: { after_switch: [python app.py] }

tasks:
  outside:
    on: hosts
    run: [python3 --version, command -v python3]
  inside:
    on: hosts
    prefix: workon demo-blue
    run: [python --version, command -v python]
`)
})
