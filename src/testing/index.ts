export type { EmbeddedFaults } from './embedded-door.js'
export { type EmbeddedHost, type EmbeddedHostOptions, startEmbeddedHost } from './embedded-host.js'
export type { EmbeddedLogin } from './embedded-login.js'
export { type PackageIndex, type PackageIndexOptions, startPackageIndex } from './package-index.js'
export type { ScriptedCall } from './scripted-call.js'
export {
  type ScriptedAnswer,
  type ScriptedHost,
  type ScriptedOptions,
  type ScriptedReply,
  scriptedHost,
} from './scripted-host.js'
export { buildWheel, type WheelSpec, wheelFilename } from './wheel.js'
