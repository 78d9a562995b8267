// A form made from the schema of a layer. What is not known is a value of its own: it is
// neither an empty text nor nought. Pure: what a field shows, and what its text means.
import type { Field, Scalar, Text } from '../../api/types'
import { both as word, plain } from './words'

export type Kind = 'boolean' | 'codes' | 'number' | 'text' | 'category'

/** What is in a field: the text as typed, or that it is not known. */
export interface Entered {
  unknown: boolean
  text: string
}

export const kindOf = (f: Field): Kind =>
  (f.type === 'boolean' ? 'boolean' : f.codes?.length ? 'codes' : f.type === 'integer' || f.type === 'real' ? 'number' : f.name === 'category' ? 'category' : 'text')

const isKnown = (v: unknown) => v !== null && v !== undefined

/** A value as a form shows it. Numbers keep every digit that they have. */
export function entered(value: unknown): Entered {
  return isKnown(value) ? { unknown: false, text: String(value) } : { unknown: true, text: '' }
}

/** The range of a field in words; null where it has none. */
export function rangeOf(f: Field): Text | null {
  const low = isKnown(f.min) ? f.min! : null
  const high = isKnown(f.max) ? f.max! : null
  if (low !== null && high !== null) return word('formRange', plain(low), plain(high))
  if (low !== null) return word('formAtLeast', plain(low))
  return high !== null ? word('formAtMost', plain(high)) : null
}

/** What an entry means: a value, or what is wrong with it. */
export function read(f: Field, e: Entered): { value: Scalar } | { wrong: Text } {
  if (e.unknown) return { value: null }
  const text = e.text.trim()
  if (text === '') return { wrong: word('formGive') }
  switch (f.type) {
    case 'boolean': return { value: text === 'true' }
    case 'text': return { value: text }
  }
  // Figures as people type them, with a comma of thousands or the signs of a Chinese keyboard.
  const plainText = text.replace(/[，,\s]/g, '').replace(/[－−]/g, '-').replace(/．/g, '.').replace(/[０-９]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 0xfee0))
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plainText)) return { wrong: word('formNotNumber') }
  const value = Number(plainText)
  if (!Number.isFinite(value)) return { wrong: word('formNotNumber') }
  if (f.type === 'integer' && !Number.isInteger(value)) return { wrong: word('formNotWhole') }
  const low = isKnown(f.min) ? f.min! : -Infinity
  const high = isKnown(f.max) ? f.max! : Infinity
  if (value < low || value > high) return { wrong: word('formOutOfRange', rangeOf(f)!) }
  return { value }
}

/** Whether an entry means something else than a value; what is wrong counts as else. */
export function differs(f: Field, e: Entered, value: unknown): boolean {
  const meant = read(f, e)
  if ('wrong' in meant) return true
  return isKnown(meant.value) || isKnown(value) ? meant.value !== (isKnown(value) ? value : null) : false
}
