import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddedHost, WheelSpec } from '../testing/index.js'
import app from './demo-app.py'

/** What differs from one demo to the next. */
interface DemoSetting {
  readonly host: Pick<EmbeddedHost, 'address' | 'port' | 'user'>
  readonly indexUrl: string
  /** The interpreter of the venvs, a path. */
  readonly python: string
  readonly ports: { readonly blue: number; readonly green: number }
}

/** The packages of the demo's index: two versions of `greeting`, so that two instances can differ. */
export const demoWheels: readonly WheelSpec[] = [
  { name: 'greeting', version: '1.0', modules: { 'greeting.py': greetingModule('1.0', 'Good day.') } },
  { name: 'greeting', version: '2.0', modules: { 'greeting.py': greetingModule('2.0', 'Hi there!') } },
  {
    name: 'plainpage',
    version: '1.4',
    modules: {
      'plainpage.py':
        'import json\n\n\ndef render(values):\n    return (json.dumps(values, indent=2) + "\\n").encode()\n',
    },
  },
]

/** The file that the demo shows and deploys with. */
export function demoDeployFile({ host, indexUrl, python, ports }: DemoSetting): string {
  return `project: demo
source: { path: app }

hosts:
  web1: ${host.user}@${host.address}:${host.port}

venv:
  python: ${JSON.stringify(python)}
  requirements: [requirements.txt]
  index: ${indexUrl}

instances:
  blue:  { hosts: [web1], port: ${ports.blue}, venv: { packages: [greeting==1.0] } }
  green: { hosts: [web1], port: ${ports.green}, venv: { packages: [greeting==2.0] } }

deploy: { after_switch: [python app.py] }

tasks:
  outside:
    on: hosts
    run: [python3 --version, command -v python3]
  inside:
    on: hosts
    prefix: workon demo-blue
    run: [python --version, command -v python]
`
}

/** Writes the web project into a folder: the app, its requirements and the deploy.yml beside it. */
export async function writeDemoProject(folder: string, deployFile: string): Promise<void> {
  await mkdir(join(folder, 'app'), { recursive: true })
  await writeFile(join(folder, 'app', 'app.py'), app)
  await writeFile(join(folder, 'app', 'requirements.txt'), 'plainpage==1.4\n')
  await writeFile(join(folder, 'deploy.yml'), deployFile)
}

function greetingModule(version: string, text: string): string {
  return `__version__ = "${version}"\n\n\ndef hello():\n    return "${text}"\n`
}
