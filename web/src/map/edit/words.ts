// Words of editing in both languages at once, for what is kept or said later.
import { editStrings } from '../../i18n/edit.strings'
import type { Text } from '../../api/types'

export type EditKey = keyof typeof editStrings

/** A sentence in both languages, its places for values still open. */
export const sentence = (key: EditKey): readonly [string, string] => editStrings[key]

/** A text that is the same in both languages. */
export const plain = (v: string | number): Text => ({ zh: String(v), en: String(v) })

/** A sentence in both languages with its values. */
export function both(key: EditKey, ...values: Text[]): Text {
  const fill = (s: string, of: 'zh' | 'en') => s.replace(/\{(\d)\}/g, (_, i: string) => values[Number(i)]?.[of] ?? '')
  const [zh, en] = sentence(key)
  return { zh: fill(zh, 'zh'), en: fill(en, 'en') }
}
