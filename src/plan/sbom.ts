import type { InstanceSpec } from '../config/spec.js'
import type { VenvReceipt } from '../facts/facts.js'
import { installedGraph } from '../lock/installed-graph.js'
import { licences } from '../lock/licences.js'
import type { MarkerValues } from '../lock/marker-values.js'
import type { InstalledPackage } from '../remote/helper.js'

/** What a venv holds, as the host told it. */
export interface Inventory {
  readonly receipt: VenvReceipt
  readonly markers: MarkerValues
  readonly packages: readonly InstalledPackage[]
}

/** What is said of the document itself. */
interface About {
  /** Of this venvoy. */
  readonly version: string
  /** `urn:uuid:…`. Without: none, so that the same venv gives the same text. */
  readonly serialNumber?: string
}

/**
 * The bill of materials of an instance's venv on a host: CycloneDX 1.6 as JSON text. It says when the venv was built, not when
 * it was asked for.
 */
export function sbom(spec: InstanceSpec, { receipt, markers, packages }: Inventory, about: About): string {
  const { needs, roots } = installedGraph(packages, markers)
  const root = `${spec.project}/${spec.name}@${spec.host.name}`
  const python = pythonOf(receipt, markers)
  const purls = new Map(packages.map((each) => [each.name, purlOf(each)]))
  const refs = (names: readonly string[]) => names.map((name) => purls.get(name)!)
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      ...(about.serialNumber !== undefined && { serialNumber: about.serialNumber }),
      version: 1,
      metadata: {
        timestamp: receipt.created,
        tools: { components: [{ type: 'application', name: 'venvoy', version: about.version }] },
        component: {
          type: 'application',
          'bom-ref': root,
          name: spec.project,
          properties: propertiesOf(spec, receipt),
        },
      },
      components: [python, ...packages.map(componentOf)],
      dependencies: [
        { ref: root, dependsOn: [python['bom-ref'], ...refs(roots)] },
        { ref: python['bom-ref'] },
        ...packages.map(({ name }) => ({ ref: purls.get(name)!, dependsOn: refs(needs.get(name)!) })),
      ],
    },
    null,
    2,
  )}\n`
}

const propertiesOf = ({ name, host, venv }: InstanceSpec, { fingerprint, lockfile, content }: VenvReceipt) =>
  Object.entries({ instance: name, host: host.name, venv: venv.name, fingerprint, lockfile, content }).flatMap(
    ([key, value]) => (value === undefined ? [] : [{ name: `venvoy:${key}`, value }]),
  )

function pythonOf({ python }: VenvReceipt, { platform_python_implementation: implementation = '' }: MarkerValues) {
  const name = implementation.toLowerCase() || 'python'
  const purl = `pkg:generic/${name}@${encodeURIComponent(python.version)}`
  return {
    ...{ type: 'platform', 'bom-ref': purl, name, version: python.version, purl },
    properties: [{ name: 'venvoy:path', value: python.real }],
  }
}

function componentOf(each: InstalledPackage) {
  const { name, version, digest } = each
  const purl = purlOf(each)
  const found = licences(each)
  return {
    ...{ type: 'library', 'bom-ref': purl, name, version, purl },
    ...(digest !== undefined && { hashes: [{ alg: 'SHA-256', content: digest }] }),
    ...(found.length > 0 && {
      licenses: found.map(({ kind, text }) =>
        kind === 'expression' ? { expression: text } : { license: { [kind]: text } },
      ),
    }),
  }
}

/** `pkg:pypi/zope-interface@7.2` */
const purlOf = ({ name, version }: InstalledPackage): string => `pkg:pypi/${name}@${encodeURIComponent(version)}`
