/** `yes`, `no`. */
export const flag = (text: string | undefined) => (text === undefined ? undefined : /^(yes|true)$/i.test(text))

/** `22`. */
export function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** `10`, `1m30s`, `none`. */
export function seconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+[smhdw]?)+$/i.test(text)) return undefined
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
  // 1m30s → 1m, 30s
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)]
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit || 's'] ?? 1), 0)
}
