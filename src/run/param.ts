import type { ParamType, ParamValue, WrittenParam } from '../config/params.js'

declare const given: unique symbol

/** A parameter of a task in code; `T` is what the task gets. Made by `param`. */
export interface Param<T = unknown, Required extends boolean = boolean> extends WrittenParam {
  readonly type: ParamType
  readonly required: Required
  /** For the compiler only. */
  readonly [given]?: T
}

export type Params = Readonly<Record<string, Param>>

/** What a task with these parameters gets. */
export type ArgsOf<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never }

/** What a task with these parameters is told by one that calls it: what has a default may be left out. */
export type GivenTo<P extends Params> = {
  readonly [K in keyof P as P[K] extends Param<unknown, true> ? K : never]: ArgsOf<P>[K]
} & { readonly [K in keyof P as P[K] extends Param<unknown, true> ? never : K]?: ArgsOf<P>[K] }

interface Options<T> {
  /** The task does not run without it. */
  readonly required?: boolean
  readonly default?: T
  /** What it is for: shown by `venvoy run TASK --help`. */
  readonly help?: string
}

/** What a parameter gives: nothing, maybe, if it is neither required nor has a default. */
type ParamOf<T, O> = O extends { readonly required: true }
  ? Param<T, true>
  : O extends { readonly default: ParamValue }
    ? Param<T, false>
    : Param<T | undefined, false>

/**
 * The kinds of parameters: `params: { version: param.string({ required: true }), force: param.flag() }` is typed as
 * `venvoy run release --version 1.4 --force`.
 */
export const param = {
  string: <const O extends Options<string> = object>(options?: O) => made<ParamOf<string, O>>('string', options),
  number: <const O extends Options<number> = object>(options?: O) => made<ParamOf<number, O>>('number', options),
  /** On or off; off, if nothing else is said. `--no-force` says off. */
  flag: (options?: { readonly default?: boolean; readonly help?: string }) =>
    made<Param<boolean, false>>('flag', { default: false, ...options }),
  /** One of several words, or of several numbers. */
  choice: <const C extends string | number, const O extends Options<NoInfer<C>> = object>(
    choices: readonly C[],
    options?: O,
  ) => made<ParamOf<C, O>>(typeof choices[0] === 'number' ? 'number' : 'string', { ...options, choices }),
}

function made<P extends Param>(type: ParamType, options: WrittenParam = {}): P {
  // What the compiler is told about the value is not in the value.
  return { required: false, ...options, type } as P
}
