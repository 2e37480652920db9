import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { BuiltVenv } from '../../src/facts/facts.js'
import { stateOf } from '../../src/operations/state.js'
import { wrapperFiles, wrapperNotes, wrapperStep } from '../../src/operations/wrapper.js'
import { shell } from '../../src/shell/command.js'
import { factsOf, specOf, venvOf, venvReceiptOf, wrapperReceiptOf } from '../plan/given.js'

const state = stateOf(specOf(), factsOf())
const filesOf = (venv = {}, deployed = true) => wrapperFiles(specOf({ venv: venvOf(venv) }), state, deployed)
const built: BuiltVenv = {
  path: '/home/ann/.virtualenvs/.venvoy/0123456789abcdef/blog-staging',
  receipt: venvReceiptOf(),
  sound: true,
  wrapper: wrapperReceiptOf(),
}

const tagOf = (text: string) => {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `# venvoy ${digest}: written by a deploy. Without this line the file is yours.\n`
}

describe('what a venv has for virtualenvwrapper', () => {
  it('is the project that serves, the details and the joining, always', () => {
    expect(Object.keys(filesOf().files)).toEqual(['.project', 'bin/activate_this.py', 'bin/get_env_details'])
    expect(filesOf().files['.project']).toEqual({
      text: '/home/ann/apps/blog-staging/current/tree\n',
      isProgram: false,
    })
  })

  it('is no project where nothing is deployed', () => {
    expect(Object.keys(filesOf({}, false).files)).toEqual(['bin/activate_this.py', 'bin/get_env_details'])
  })

  it('is the hooks of deploy.yml: one that is run, the others read by the shell', () => {
    const { files } = filesOf({
      hookTexts: {
        preactivate: [shell('echo '), shell('mkdir -p ', { word: 'a b' })],
        postactivate: [shell('export A=1'), shell('export B=2')],
      },
    })
    expect([files['bin/preactivate'], files['bin/postactivate']]).toEqual([
      {
        text: `#!/bin/sh\n${tagOf("#!/bin/sh\necho \nmkdir -p 'a b'\n")}echo \nmkdir -p 'a b'\n`,
        isProgram: true,
      },
      { text: `${tagOf('export A=1\nexport B=2\n')}export A=1\nexport B=2\n`, isProgram: false },
    ])
  })

  it('leaves a hook the program that it names', () => {
    const { files } = filesOf({ hookTexts: { preactivate: [shell('#!/usr/bin/env python3\nprint(1)')] } })
    const text = '#!/usr/bin/env python3\nprint(1)\n'
    expect(files['bin/preactivate']?.text).toBe(`#!/usr/bin/env python3\n${tagOf(text)}print(1)\n`)
  })

  it('names what is installed, without passwords', () => {
    const { files } = filesOf({ packages: ['blog @ https://ann:secret@example.com/blog.whl'] })
    expect(files['bin/get_env_details']?.text).toContain(
      "\ninstalls='requirements.txt, blog @ https://example.com/blog.whl'\n",
    )
  })

  it('has another digest where any of it changes', () => {
    const all = [
      filesOf(),
      filesOf({}, false),
      filesOf({ requirements: [] }),
      filesOf({ hookTexts: { postactivate: [shell('export A=1')] } }),
      filesOf({ hookTexts: { predeactivate: [shell('export A=1')] } }),
      wrapperFiles(specOf(), { ...state, to: '/srv/blog' }, true),
    ].map(({ digest }) => digest)
    expect(new Set(all).size).toBe(all.length)
    expect(filesOf().digest).toBe(all[0])
  })
})

describe('the step that writes it', () => {
  it('is none where it is as deploy.yml says', () => {
    expect(wrapperStep(specOf(), state.home, built, filesOf())).toEqual([])
  })

  it.each<[string, BuiltVenv]>([
    ['is others', { ...built, wrapper: { digest: 'other', kept: [] } }],
    ['is not there', { path: built.path, receipt: built.receipt, sound: true }],
  ])('is one where it %s', (_, venv) => {
    const [step] = wrapperStep(specOf(), state.home, venv, filesOf())
    expect(step).toMatchObject({
      title: 'write the hooks and details of venv blog-staging',
      lines: ['.project', 'bin/activate_this.py', 'bin/get_env_details'],
      action: 'wrapper',
      input: { home: '/home/ann/.virtualenvs', name: 'blog-staging', venv: built.path, wrapper: filesOf() },
    })
  })

  it('says which files are somebody else’s, again and again', () => {
    const venv = { ...built, wrapper: wrapperReceiptOf(specOf(), ['bin/postactivate']) }
    expect(wrapperNotes(venv)).toEqual([
      `${built.path}/bin/postactivate is somebody's own and stays; where it is removed, the next deploy writes its own`,
    ])
    expect(wrapperNotes(built)).toEqual([])
  })
})
