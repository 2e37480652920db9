import { describe, expect, it } from 'vitest'
import type { ServiceSpec } from '../../src/config/service-spec.js'
import { unitOf } from '../../src/operations/unit-text.js'
import { shell } from '../../src/shell/command.js'

const service: ServiceSpec = {
  ...{ name: 'web', command: shell('serve'), env: {}, stopSignal: 'QUIT', stopTimeout: 2.5, restart: 'on-failure' },
}
const unit = { to: '/srv/blog', name: 'blog-staging-web', service, user: 'ann', home: '/home/ann', all: false }

describe('the text of a unit', () => {
  it('of the system says whose its process is', () => {
    expect(unitOf('systemd-system', unit)).toEqual({
      name: 'blog-staging-web.service',
      text: `# A service of /srv/blog, written by venvoy.
[Unit]
Description=blog-staging-web
After=network.target

[Service]
ExecStart=/srv/blog/run web
User=ann
Restart=on-failure
RestartSec=1
KillSignal=SIGQUIT
KillMode=mixed
TimeoutStopSec=2.5
SyslogIdentifier=blog-staging-web

[Install]
WantedBy=multi-user.target
`,
    })
  })

  it('of supervisor names the user, which is root otherwise, and the home that it does not set by itself', () => {
    expect(unitOf('supervisor', unit)).toEqual({
      name: 'blog-staging-web.conf',
      text: `; A service of /srv/blog, written by venvoy.
[program:blog-staging-web]
command=/srv/blog/run web
autostart=true
autorestart=unexpected
startsecs=1
stopsignal=QUIT
stopwaitsecs=3
stopasgroup=false
killasgroup=true
user=ann
environment=HOME="/home/ann",USER="ann",LOGNAME="ann"
redirect_stderr=true
stdout_logfile=/srv/blog/.venvoy/log/web
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=1
`,
    })
  })

  it.each([
    ['systemd-user', 'ExecStart="/srv/a $b%%c\\"d/run" web'],
    ['supervisor', 'command="/srv/a $b%%c\\"d/run" web'],
  ] as const)('takes a folder for what it is, whatever it is called: %s', (manager, line) => {
    const { text } = unitOf(manager, { ...unit, to: '/srv/a $b%c"d', all: true })
    expect(text.split('\n')).toContain(line)
    expect(text).toMatch(/^(KillMode=control-group|stopasgroup=true)$/m)
  })

  it('is none where venvoy keeps services itself', () => {
    expect(unitOf('pidfile', unit)).toEqual({ name: '', text: '' })
  })
})
