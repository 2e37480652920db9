import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'

/** Reads a document from stdin, and prints what is wrong with it by the schema that CycloneDX publishes. */
const program = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) or 'valid')
`

/**
 * Holds a document against the published schema. Only where VENVOY_TEST_CYCLONEDX names a Python that has
 * cyclonedx-python-lib[json-validation]: it is too much for every machine.
 */
export function validateBom(text: string): void {
  const python = process.env.VENVOY_TEST_CYCLONEDX
  if (python === undefined) return
  const { stdout, stderr } = spawnSync(python, ['-c', program], { input: text, encoding: 'utf8' })
  expect(`${stdout}${stderr}`).toBe('valid\n')
}
