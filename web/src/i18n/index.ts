// The language of the interface: one reactive value and the functions that read it.
import { ref, watchEffect } from 'vue'
import type { Text } from '../api/types'
import { type Key, type Lang, strings } from './strings'

export type { Key, Lang }

export const lang = ref<Lang>('zh')

/** Words a message in the current language and fills {0}, {1} … */
export function t(key: Key, ...values: (string | number)[]): string {
  const text: string = strings[key][lang.value === 'zh' ? 0 : 1]
  return text.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ''))
}

/** Words what the server wrote in both languages; the other one when one is empty. */
export function say(text: Text | null | undefined): string {
  if (!text) return ''
  return lang.value === 'zh' ? text.zh || text.en : text.en || text.zh
}

/** Keeps the document's own language attribute right, for screen readers and fonts. */
export function followLanguage(): void {
  watchEffect(() => {
    document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en'
  })
}
